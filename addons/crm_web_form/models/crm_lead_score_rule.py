from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_leads.tools.scoring import ScoreSource


class CrmLeadScoreRule(models.Model):
    """Answering a form gives points: any one, or a certain one."""

    _inherit = "crm.lead.score.rule"

    @api.model
    def _crm_score_sources(self):
        events = SQL(
            "SELECT lead_id, create_date AS at FROM crm_web_form_answer"
            " WHERE lead_id IS NOT NULL"
        )
        flush = {"crm.web.form.answer": ["lead_id", "form_id"]}
        sources = super()._crm_score_sources()
        sources["web_form"] = ScoreSource(
            self.env._("Answered a Web Form"), events, flush
        )
        for form_id, name in self.env["crm.web.form"]._crm_known_to_visitors():
            sources[f"web_form_{form_id}"] = ScoreSource(
                self.env._("Answered the web form %(name)s", name=name),
                SQL("%s AND form_id = %s", events, form_id),
                flush,
            )
        return sources
