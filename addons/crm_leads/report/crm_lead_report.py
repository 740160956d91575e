from odoo import fields, models
from odoo.tools import SQL


class CrmLeadReport(models.Model):
    """One row for each lead that came in: from where, through what, what became of it.

    Measures are averages over the leads that have them, so that a rate or a time of a
    group is that of its leads.
    """

    _name = "crm.lead.report"
    _description = "Lead Analysis"
    _auto = False
    _rec_name = "lead_id"
    _order = "create_date desc"
    _depends = {
        "crm.lead": [
            "campaign_id",
            "capture_channel",
            "close_reason_id",
            "closed_at",
            "company_id",
            "converted_at",
            "create_date",
            "first_followup_at",
            "industry_id",
            "intent_id",
            "is_captured",
            "lead_state",
            "medium_id",
            "partner_id",
            "source_id",
            "team_id",
            "territory_id",
            "user_id",
            "won_status",
        ],
    }

    lead_id = fields.Many2one("crm.lead", readonly=True)
    user_id = fields.Many2one("res.users", "Owner", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    capture_channel = fields.Selection(
        lambda self: (
            self.env["crm.lead"]
            ._fields["capture_channel"]
            ._description_selection(self.env)
        ),
        "Captured Through",
        readonly=True,
    )
    lead_state = fields.Selection(
        lambda self: (
            self.env["crm.lead"]._fields["lead_state"]._description_selection(self.env)
        ),
        readonly=True,
    )
    intent_id = fields.Many2one("crm.dictionary", readonly=True)
    industry_id = fields.Many2one("res.partner.industry", readonly=True)
    territory_id = fields.Many2one("crm.territory", readonly=True)
    close_reason_id = fields.Many2one(
        "crm.dictionary", "Reason for Closing", readonly=True
    )
    create_date = fields.Datetime("Created On", readonly=True)
    converted_at = fields.Datetime("Converted On", readonly=True)
    closed_at = fields.Datetime("Closed On", readonly=True)
    converted = fields.Integer("Leads Converted", readonly=True)
    closed = fields.Integer("Leads Closed", readonly=True)
    won = fields.Integer("Deals Won", readonly=True)
    conversion_rate = fields.Float("Conversion (%)", readonly=True, aggregator="avg")
    hours_to_contact = fields.Float(
        "Hours to First Contact", readonly=True, aggregator="avg"
    )
    days_to_convert = fields.Float(
        "Days to Conversion", readonly=True, aggregator="avg"
    )
    days_to_close = fields.Float("Days to Closing", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        return SQL(
            "SELECT %s FROM crm_lead lead WHERE %s",
            self._crm_select(),
            SQL("lead.is_captured"),
        )

    def _crm_select(self):
        """Return the columns (SQL); further addons add theirs."""
        names = (
            "user_id",
            "team_id",
            "partner_id",
            "company_id",
            "source_id",
            "medium_id",
            "campaign_id",
            "capture_channel",
            "lead_state",
            "intent_id",
            "industry_id",
            "territory_id",
            "close_reason_id",
            "create_date",
            "converted_at",
            "closed_at",
        )
        return SQL(
            """
            lead.id, lead.id AS lead_id, %s,
            (lead.converted_at IS NOT NULL)::int AS converted,
            (lead.closed_at IS NOT NULL)::int AS closed,
            (lead.won_status = 'won' AND lead.converted_at IS NOT NULL)::int AS won,
            CASE WHEN lead.converted_at IS NULL THEN 0.0 ELSE 100.0 END
                AS conversion_rate,
            EXTRACT(EPOCH FROM lead.first_followup_at - lead.create_date) / 3600.0
                AS hours_to_contact,
            EXTRACT(EPOCH FROM lead.converted_at - lead.create_date) / 86400.0
                AS days_to_convert,
            EXTRACT(EPOCH FROM lead.closed_at - lead.create_date) / 86400.0
                AS days_to_close
            """,
            SQL(", ").join(SQL("lead.%s", SQL.identifier(name)) for name in names),
        )
