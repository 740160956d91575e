from odoo import fields, models
from odoo.fields import Domain

from ..tools import stage_reach


class CrmStageReport(models.Model):
    """One row for each stage that an opportunity has reached, from the history.

    Rows tell of the moment at which the stage was reached: whose opportunity it was,
    in which team, how large. Who sees them is decided by the opportunity as it is now.
    """

    _name = "crm.stage.report"
    _description = "Funnel Analysis"
    _auto = False
    _rec_name = "lead_id"
    _order = "reached_at desc, id desc"
    _depends = {
        "crm.lead": ["expected_revenue", "team_id", "type", "user_id"],
        "crm.stage": ["is_won", "sequence", "team_ids"],
        "crm.stage.move": [
            "amount",
            "company_id",
            "currency_id",
            "lead_id",
            "logged_at",
            "owner_id",
            "probability",
            "status",
            "team_id",
            "to_stage_id",
        ],
        "crm.team": ["name"],
    }

    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    process_id = fields.Integer(
        readonly=True,
        aggregator=None,
        help="The first of the teams that share these stages, 0 without a team.",
    )
    stage_id = fields.Many2one("crm.stage", readonly=True)
    place = fields.Integer(
        "Place in the Process", readonly=True, aggregator=None, help="1 is the first."
    )
    reached_at = fields.Datetime("Reached On", readonly=True)
    owner_id = fields.Many2one("res.users", "Owner at That Time", readonly=True)
    team_id = fields.Many2one("crm.team", "Team at That Time", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount = fields.Monetary("Amount at That Time", readonly=True)
    began_at = fields.Datetime(
        "Began On",
        readonly=True,
        help="When the opportunity entered this process.",
    )
    began_owner_id = fields.Many2one(
        "res.users", "Owner at the Beginning", readonly=True
    )
    began_team_id = fields.Many2one("crm.team", "Team at the Beginning", readonly=True)
    is_first = fields.Boolean("Beginning of the Process", readonly=True)
    is_passed = fields.Boolean("Passed Over", readonly=True)
    is_furthest = fields.Boolean("Came No Further", readonly=True)
    result = fields.Selection(
        [
            ("pending", "Still Open"),
            ("won", "Won"),
            ("lost", "Lost"),
            ("moved", "Left the Process"),
        ],
        "What Became of It",
        readonly=True,
    )
    ended_at = fields.Datetime("Ended On", readonly=True)
    days_to_next = fields.Float(
        "Days to the Next Stage",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="From reaching this stage to reaching a later one.",
    )
    cycle_days = fields.Float(
        "Days to the End",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="From the beginning to being won or lost.",
    )
    won_share = fields.Float(
        "Win Rate (%)",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Of what is won or lost, how much is won.",
    )

    @property
    def _table_query(self):
        return stage_reach.reaches(self._crm_sight())

    def _crm_sight(self):
        """Return the opportunities in sight (SQL), None when all are.

        The record rule says the same; said here, the history of nobody else is read.
        """
        user = self.env.user
        domain = user._crm_past_lead_domain()
        if self.env.su or domain.is_true():
            return None
        # sudo: the domain is the rule of the report
        leads = self.env["crm.lead"].sudo().with_context(active_test=False)
        companies = Domain("company_id", "in", [*self.env.companies.ids, False])
        domain &= companies & Domain("type", "=", "opportunity")
        return leads._search(domain).subselect()
