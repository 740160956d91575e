from odoo import models
from odoo.exceptions import UserError


class CrmFollowup(models.Model):
    _inherit = "crm.followup"

    def _crm_after_restore(self):
        for followup in self:
            customer = followup.partner_id
            if followup.state == "planned" and customer.pool_id:
                raise UserError(
                    self.env._(
                        "The customer of %(name)s is in the pool %(pool)s, where"
                        " nothing may be planned.",
                        name=followup.name,
                        pool=customer.pool_id.name,
                    )
                )
        return super()._crm_after_restore()
