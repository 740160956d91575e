from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import stage_history


class CrmStageMove(models.Model):
    """How opportunities went through their stages: one row per step, never changed.

    Rows are written where an opportunity changes, whatever changed it; see
    ``crm_lead_stage.py``. Each keeps whose deal it was and how large at that moment, so
    that a hand-over changes no figure of the past.
    """

    _name = "crm.stage.move"
    _description = "Stage History"
    _inherit = ["crm.log.mixin"]
    _rec_name = "lead_name"

    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", required=True, index=True, ondelete="cascade"
    )
    lead_name = fields.Char("Opportunity Name", required=True)
    kind = fields.Selection(
        [
            ("create", "Created"),
            ("convert", "Converted from a Lead"),
            ("move", "Moved Forward"),
            ("back", "Moved Back"),
            ("process", "Changed Process"),
            ("won", "Won"),
            ("lost", "Lost"),
            ("reopen", "Reopened"),
        ],
        "Event",
        required=True,
    )
    from_stage_id = fields.Many2one(
        "crm.stage", index="btree_not_null", ondelete="set null"
    )
    to_stage_id = fields.Many2one(
        "crm.stage", index="btree_not_null", ondelete="set null"
    )
    from_name = fields.Char(
        "Stage Before", help="As the stage was called at that time."
    )
    to_name = fields.Char("Stage After", help="As the stage was called at that time.")
    status = fields.Selection(
        [("pending", "Open"), ("won", "Won"), ("lost", "Lost")], required=True
    )
    stayed_days = fields.Float(
        "Days Stayed",
        digits=(16, 2),
        aggregator="avg",
        help="How long the opportunity was as it was before this step.",
    )
    note = fields.Text("Stage Note", help="The note on the stage that was left.")

    # Skips
    is_skip = fields.Boolean("With a Skip", help="Conditions were passed over.")
    skip_reason = fields.Char("Reason for Skipping")
    skipped = fields.Text("Passed Over", help="The conditions that were not met.")

    # As of that moment
    owner_id = fields.Many2one("res.users", index="btree_not_null")
    team_id = fields.Many2one("crm.team", ondelete="set null", index="btree_not_null")
    company_id = fields.Many2one("res.company", index=True)
    currency_id = fields.Many2one("res.currency")
    amount = fields.Monetary("Expected Amount")
    probability = fields.Float(aggregator="avg")

    _lead_logged_at_idx = models.Index("(lead_id, logged_at, id)")
    _to_stage_logged_at_idx = models.Index("(to_stage_id, logged_at)")

    @api.model
    def _crm_log_name(self):
        return self.env._("The stage history")

    @api.model
    def _crm_start_histories(self):
        """Give opportunities that were there before this addon their history.

        Each step that Odoo's own tracking has kept becomes a row. What it has not kept
        (whose deal it was, and how large) stays empty on all but the last.
        """
        field = self.env["ir.model.fields"]._get("crm.lead", "stage_id")
        lang = self.env.lang or "en_US"
        self.env.flush_all()
        self.env.execute_query(
            stage_history.insertion(field.id, lang, self.env.company.id)
        )
        self.env.execute_query(
            SQL(
                """
                UPDATE crm_lead lead SET last_stage_move_id = last.id
                  FROM (SELECT lead_id, max(id) AS id FROM crm_stage_move
                         GROUP BY lead_id) last
                 WHERE last.lead_id = lead.id
             RETURNING lead.id
                """
            )
        )
        self.env.invalidate_all()
