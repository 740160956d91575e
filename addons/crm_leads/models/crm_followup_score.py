from odoo import api, models


class CrmFollowup(models.Model):
    """Follow-ups are what people did about a lead: its score follows them."""

    _inherit = "crm.followup"

    @api.model
    def _crm_update_lead_facts(self, leads):
        result = super()._crm_update_lead_facts(leads)
        leads.exists()._crm_rescore()
        return result
