from odoo import api, models
from odoo.exceptions import UserError


class CrmFollowup(models.Model):
    """Nobody works on a customer in a pool, also where its file can be read."""

    _inherit = "crm.followup"

    @api.model_create_multi
    def create(self, vals_list):
        followups = super().create(vals_list)
        if not (self.env.su and self._crm_in_workflow()):
            # else the system tells what was before
            followups._crm_check_not_pooled()
        return followups

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals:
            self._crm_check_not_pooled()
        return result

    def _crm_check_not_pooled(self):
        # sudo: whether a customer is in a pool, whoever sees it
        for customer in self.sudo().partner_id.crm_customer_id.filtered("pool_id"):
            raise UserError(
                self.env._(
                    "%(name)s is in the pool %(pool)s. Claim it before you follow it"
                    " up.",
                    name=customer.pool_name,
                    pool=customer.pool_id.name,
                )
            )
