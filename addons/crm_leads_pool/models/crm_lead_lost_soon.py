from odoo import api, models


class CrmLead(models.Model):
    """Leads that a pool takes back soon: what is said of them."""

    _inherit = "crm.lead"

    _crm_warning_kind = "lead_pool_warning"
    _crm_lost_soon = (
        "crm_leads_pool.crm_lead_lost_soon_action",
        "crm_leads_pool.crm_lead_lost_soon_action_team",
    )

    @api.model
    def _crm_lost_soon_texts(self):
        own = self.env._("%(count)s leads of yours go back into a pool: %(names)s")
        team = self.env._(
            "%(count)s leads of your people go back into a pool: %(names)s"
        )
        return {
            "list": self.env._("Leads to Be Lost Soon"),
            "keep": self.env._("Keep this lead"),
            "own": own,
            "team": team,
        }
