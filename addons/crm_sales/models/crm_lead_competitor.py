from odoo import api, fields, models


class CrmLeadCompetitor(models.Model):
    """A competitor met at one opportunity: the offer, and how it ended."""

    _name = "crm.lead.competitor"
    _description = "Competitor of an Opportunity"
    _inherit = ["crm.lead.part.mixin"]
    _order = "lead_id, threat desc, id"
    _rec_name = "competitor_id"

    competitor_id = fields.Many2one(
        "crm.competitor", required=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="lead_id.company_currency")
    price = fields.Monetary("Their Price")
    price_gap = fields.Float(
        "Price Gap (%)",
        compute="_compute_price_gap",
        digits=(16, 1),
        help="How much dearer (+) or cheaper (−) they are than the expected revenue.",
    )
    threat = fields.Selection(
        [("1", "Low"), ("2", "Middling"), ("3", "High")], default="2", required=True
    )
    products = fields.Char("Offered Products")
    strengths = fields.Text("Strengths Here")
    weaknesses = fields.Text("Weaknesses Here")
    outcome = fields.Selection(
        [
            ("open", "In the Running"),
            ("won", "Won Against Them"),
            ("lost_to", "Lost to Them"),
            ("lost_other", "Lost to Somebody Else"),
        ],
        compute="_compute_outcome",
        store=True,
        index=True,
    )

    _once = models.UniqueIndex(
        "(lead_id, competitor_id)",
        "This competitor is on the list of this opportunity already.",
    )

    @api.depends("price", "lead_id.expected_revenue")
    def _compute_price_gap(self):
        for row in self:
            ours = row.lead_id.expected_revenue
            gap = (row.price / ours - 1) * 100 if row.price and ours else 0
            row.price_gap = gap

    @api.depends("lead_id.won_status", "lead_id.lost_competitor_id")
    def _compute_outcome(self):
        for row in self:
            lead = row.lead_id
            if lead.won_status == "won":
                row.outcome = "won"
            elif lead.won_status != "lost":
                row.outcome = "open"
            elif lead.lost_competitor_id == row.competitor_id:
                row.outcome = "lost_to"
            else:
                row.outcome = "lost_other"

    @api.onchange("competitor_id")
    def _onchange_competitor_id(self):
        """Begin with what is known of them; change what is different here."""
        for name in ("strengths", "weaknesses", "products"):
            if self.competitor_id and not self[name]:
                self[name] = self.competitor_id[name]

    @api.model
    def _crm_part_key(self):
        return ("competitor_id",)
