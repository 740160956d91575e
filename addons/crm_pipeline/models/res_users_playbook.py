from odoo import models


class ResUsers(models.Model):
    """What runs for a lead is seen by those who see the lead."""

    _inherit = "res.users"

    def _crm_playbook_run_rule(self, prefix=""):
        rule = super()._crm_playbook_run_rule(prefix)
        if rule.is_true():
            return rule
        return rule | self._crm_behind_lead_rule(f"{prefix}lead_id")
