from odoo import fields, models
from odoo.tools import SQL


class CrmCompetitorReport(models.Model):
    """Won and lost, against whom and why: one row per opportunity and competitor.

    An opportunity without competitor is one row; one with two competitors counts for
    each of them. Whose deal it was and how large is told as of the moment it closed.
    """

    _name = "crm.competitor.report"
    _description = "Win/Loss Analysis"
    _auto = False
    _order = "closed_at desc, id desc"
    _rec_name = "lead_id"
    _depends = {
        "crm.lead": [
            "active",
            "company_id",
            "expected_revenue",
            "lost_competitor_id",
            "lost_reason_id",
            "opportunity_type_id",
            "partner_id",
            "team_id",
            "type",
            "user_id",
            "won_status",
        ],
        "crm.lead.competitor": [
            "competitor_id",
            "lead_id",
            "outcome",
            "price",
            "threat",
        ],
        "crm.stage.move": ["amount", "kind", "lead_id", "owner_id", "team_id"],
    }

    lead_id = fields.Many2one("crm.lead", "Opportunity", readonly=True)
    competitor_id = fields.Many2one("crm.competitor", readonly=True)
    status = fields.Selection(
        [("pending", "In the Running"), ("won", "Won"), ("lost", "Lost")], readonly=True
    )
    outcome = fields.Selection(
        [
            ("open", "In the Running"),
            ("won", "Won Against Them"),
            ("lost_to", "Lost to Them"),
            ("lost_other", "Lost to Somebody Else"),
        ],
        readonly=True,
    )
    threat = fields.Selection(
        [("1", "Low"), ("2", "Middling"), ("3", "High")], readonly=True
    )
    lost_reason_id = fields.Many2one("crm.lost.reason", readonly=True)
    opportunity_type_id = fields.Many2one("crm.dictionary", readonly=True)
    owner_id = fields.Many2one("res.users", readonly=True)
    team_id = fields.Many2one("crm.team", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    opened_at = fields.Datetime("Created On", readonly=True)
    closed_at = fields.Datetime("Closed On", readonly=True)
    amount = fields.Float("Expected Amount", readonly=True)
    won_amount = fields.Float(readonly=True)
    lost_amount = fields.Float(readonly=True)
    their_price = fields.Float(readonly=True, aggregator="avg")
    price_gap = fields.Float(
        "Price Gap (%)",
        readonly=True,
        aggregator="avg",
        help="How much dearer (+) or cheaper (−) they are than our amount.",
    )
    is_won = fields.Integer("Won (Number)", readonly=True)
    is_lost = fields.Integer("Lost (Number)", readonly=True)
    win_rate = fields.Float(
        "Win Rate (%)",
        readonly=True,
        aggregator="avg",
        help="Of the deals that are closed, how many were won.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT COALESCE(rival.id * 2, lead.id * 2 + 1) AS id,
                   lead.id AS lead_id,
                   rival.competitor_id,
                   lead.won_status AS status,
                   COALESCE(
                       rival.outcome,
                       CASE lead.won_status
                           WHEN 'won' THEN 'won'
                           WHEN 'lost' THEN 'lost_other'
                           ELSE 'open'
                       END
                   ) AS outcome,
                   rival.threat,
                   CASE WHEN lead.won_status = 'lost' THEN lead.lost_reason_id END
                       AS lost_reason_id,
                   lead.opportunity_type_id,
                   COALESCE(deed.owner_id, lead.user_id) AS owner_id,
                   COALESCE(deed.team_id, lead.team_id) AS team_id,
                   lead.company_id,
                   lead.create_date AS opened_at,
                   deed.logged_at AS closed_at,
                   figure.amount,
                   CASE WHEN lead.won_status = 'won' THEN figure.amount ELSE 0 END
                       AS won_amount,
                   CASE WHEN lead.won_status = 'lost' THEN figure.amount ELSE 0 END
                       AS lost_amount,
                   NULLIF(rival.price, 0) AS their_price,
                   (NULLIF(rival.price, 0) / NULLIF(figure.amount, 0) - 1) * 100
                       AS price_gap,
                   (lead.won_status = 'won')::int AS is_won,
                   (lead.won_status = 'lost')::int AS is_lost,
                   CASE lead.won_status WHEN 'won' THEN 100.0 WHEN 'lost' THEN 0.0 END
                       AS win_rate
              FROM crm_lead lead
              LEFT JOIN crm_lead_competitor rival ON rival.lead_id = lead.id
              LEFT JOIN LATERAL (
                  SELECT move.owner_id, move.team_id, move.amount, move.logged_at
                    FROM crm_stage_move move
                   WHERE move.lead_id = lead.id AND move.kind = lead.won_status
                     AND lead.won_status IN ('won', 'lost')
                   ORDER BY move.logged_at DESC, move.id DESC
                   LIMIT 1
              ) deed ON TRUE
             CROSS JOIN LATERAL (
                  SELECT COALESCE(deed.amount, lead.expected_revenue, 0) AS amount
              ) figure
             WHERE lead.type = 'opportunity'
               AND (lead.active OR lead.won_status = 'lost')
            """
        )
