from odoo import models


class CrmLead(models.Model):
    """Leads that came of answers."""

    _inherit = "crm.lead"

    def _merge_dependences(self, opportunities):
        result = super()._merge_dependences(opportunities)
        # sudo: answers are kept by the system
        answers = self.env["crm.web.form.answer"].sudo()
        answers = answers.search([("lead_id", "in", opportunities.ids)])
        answers._crm_workflow().write({"lead_id": self.id})
        self._crm_rescore()
        return result
