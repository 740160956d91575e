from odoo import models
from odoo.exceptions import UserError


class CrmFollowup(models.Model):
    _inherit = "crm.followup"

    def action_done(self):
        for followup in self:
            company = followup.user_id.company_id
            needed = company.visit_needs_checkin and followup.is_visit
            if needed and not followup.checkin_at:
                raise UserError(
                    self.env._("Check in at the customer before you finish the visit.")
                )
        return super().action_done()
