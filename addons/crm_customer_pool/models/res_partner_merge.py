from odoo import models
from odoo.exceptions import UserError

POOL_FIELDS = ("pool_id", "pooled_at", "pool_former_owner_id", "pool_reason_id")


class ResPartner(models.Model):
    """Merging customers neither takes them out of a pool nor puts them into one."""

    _inherit = "res.partner"

    def _crm_check_merge(self):
        super()._crm_check_merge()
        customers = self.filtered("is_crm_customer")
        if len(customers.mapped(lambda customer: customer.pool_id.id)) < 2:
            return
        pooled = customers.filtered("pool_id")
        if pooled and (pooled != customers or len(pooled.pool_id) > 1):
            raise UserError(
                self.env._(
                    "%(name)s is in the pool %(pool)s. Assign it to the owner of the"
                    " other customers before you merge them.",
                    name=pooled[0].name,
                    pool=pooled[0].pool_id.name,
                )
            )

    def _crm_prepare_merge(self, sources):
        result = super()._crm_prepare_merge(sources)
        # what the owner of this one gave up does not come back inside it
        coming = sources.filtered(lambda source: source.user_id != self.user_id)
        if coming:
            coming._crm_check_former_owner(self.user_id, "merge")
        self.env["crm.pool.lock"]._crm_merge(self, sources)
        return result

    def _crm_merge_get_fields_specific(self):
        return {
            **super()._crm_merge_get_fields_specific(),
            **dict.fromkeys(POOL_FIELDS, self._crm_merge_keep),
            "pool_locked_until": self._crm_merge_latest,
        }

    def _crm_merge_keep(self, name, customers):
        """The customer that remains stays where it is."""
        return customers[:1][name]
