from odoo import api, models


class CrmPermissionInspector(models.TransientModel):
    """What the pool says about who sees a customer."""

    _inherit = "crm.permission.inspector"

    @api.model
    def _crm_missing(self, user, record, operation):
        missing = super()._crm_missing(user, record, operation)
        if record._name != "res.partner" or not record.crm_customer_id.pool_id:
            return missing
        # sudo: a pool that the asker, who sees its customer, may know of
        pool = record.crm_customer_id.sudo().pool_id
        names = {"pool": pool.name, "user": user.name}
        if pool.id in user._crm_pool_ids("read"):
            text = self.env._(
                "the customer is in the pool %(pool)s, where %(user)s sees it masked",
                **names,
            )
        else:
            text = self.env._(
                "the customer is in the pool %(pool)s, and %(user)s is no member of it",
                **names,
            )
        return [self._crm_reason("pool", text)]
