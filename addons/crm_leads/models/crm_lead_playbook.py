from odoo import api, models


class CrmLead(models.Model):
    """Leads are nurtured by playbooks until somebody answers or they are over."""

    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    @api.model
    def _crm_playbook_lead_types(self):
        return {**super()._crm_playbook_lead_types(), "lead": self.env._("Leads")}

    @api.model
    def _crm_playbook_open(self, playbook):
        if playbook.lead_type != "lead":
            return super()._crm_playbook_open(playbook)
        return [
            ("type", "=", "lead"),
            ("active", "=", True),
            ("lead_state", "in", ["new", "working"]),
        ]

    @api.model
    def _crm_playbook_won(self):
        return [
            "|",
            *super()._crm_playbook_won(),
            "&",
            ("playbook_id.lead_type", "=", "lead"),
            ("lead_id", "any", [("lead_state", "=", "converted")]),
        ]

    @api.model
    def _crm_playbook_facts(self):
        return super()._crm_playbook_facts() | {"closed_at", "converted_at"}

    def _crm_playbook_end(self, run):
        if run.playbook_id.lead_type == "lead":
            if self.lead_state == "converted" or self.type != "lead":
                return "converted"
            if self.lead_state == "closed" or not self.active:
                return "closed"
        return super()._crm_playbook_end(run)

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_captured(self):
        """Let playbooks that start by themselves look at what has come in."""
        result = super()._crm_captured()
        if self.env["crm.playbook"]._crm_waits_for(self._name):
            self.env["crm.playbook"]._crm_wake()
        return result
