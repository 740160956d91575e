from odoo import models


class CrmLead(models.Model):
    """What Odoo's merge has to know of ours: follow-ups, ledger, rights."""

    _inherit = "crm.lead"

    def _merge_opportunity(
        self, user_id=False, team_id=False, auto_unlink=True, max_length=5
    ):
        if self._crm_is_suite_user():
            # Odoo deletes as superuser what whoever merges may only read
            self.check_access("write")
        return super()._merge_opportunity(
            user_id=user_id,
            team_id=team_id,
            auto_unlink=auto_unlink,
            max_length=max_length,
        )

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        # sudo: whoever made them, they follow the lead
        followups = self.env["crm.followup"].sudo()
        followups = followups.search([("lead_id", "in", opportunities.ids)])
        followups._crm_workflow().write({"lead_id": self.id})
        followups._crm_update_lead_facts(self | opportunities)
        for lead in opportunities:
            self.env["crm.owner.move"]._crm_log_leads(
                self, "merge", self.user_id, {self.id: lead.user_id.id}, lead.name
            )
        return result
