from odoo import models


class CrmFollowup(models.Model):
    _inherit = "crm.followup"
    _crm_change_log = True

    def _crm_change_customers(self):
        return {followup.id: followup.partner_id.id or None for followup in self}
