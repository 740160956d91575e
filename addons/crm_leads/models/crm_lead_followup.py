from odoo import models


class CrmLead(models.Model):
    """Follow-ups of what was a lead go to the customer that it became."""

    _inherit = "crm.lead"

    def _crm_followup_customer(self):
        return self.converted_partner_id or super()._crm_followup_customer()
