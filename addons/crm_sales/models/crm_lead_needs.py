from odoo import api, fields, models

from .crm_lead_stage import SELLERS


class CrmLead(models.Model):
    """What the customer needs in detail, and what we propose."""

    _inherit = "crm.lead"

    need_ids = fields.One2many("crm.need", "lead_id", "Needs", groups=SELLERS)
    solution_ids = fields.One2many(
        "crm.solution", "lead_id", "Solutions", groups=SELLERS
    )
    need_open_count = fields.Integer(
        "Open Needs", compute="_compute_need_open_count", groups=SELLERS
    )

    @api.depends("need_ids.state")
    def _compute_need_open_count(self):
        for lead in self:
            lead.need_open_count = len(
                lead.need_ids.filtered(lambda need: need.state == "open")
            )

    def action_new_solution(self):
        """Open a new solution for this opportunity; return the action (dict)."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Solution"),
            "res_model": "crm.solution",
            "views": [[False, "form"]],
            "context": {"default_lead_id": self.id},
        }
