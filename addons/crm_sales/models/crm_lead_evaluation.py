from odoo import api, fields, models

from .crm_lead_stage import SELLERS

LEVELS = [
    ("1", "Very Low"),
    ("2", "Low"),
    ("3", "Middling"),
    ("4", "High"),
    ("5", "Very High"),
]
EVALUATED = ("potential", "feasibility", "risk")


class CrmLead(models.Model):
    """Whether an opportunity is worth the effort, and who has to work on it."""

    _inherit = "crm.lead"

    potential = fields.Selection(
        LEVELS, help="How much business the customer can give us, now and later."
    )
    potential_note = fields.Text()
    feasibility = fields.Selection(
        LEVELS, help="How well we can deliver what is wanted, in time and at the price."
    )
    feasibility_note = fields.Text()
    risk = fields.Selection(
        LEVELS, help="How likely it goes wrong: payment, deadline, technology, rivals."
    )
    risk_note = fields.Text()
    evaluation_score = fields.Integer(
        "Evaluation",
        compute="_compute_evaluation_score",
        store=True,
        aggregator="avg",
        help="0 to 100, from potential, feasibility and the absence of risk in equal"
        " parts; empty until all three are judged.",
    )
    evaluated_on = fields.Date(compute="_compute_evaluated_on", store=True, copy=False)
    resource_ids = fields.One2many(
        "crm.lead.resource", "lead_id", "People Needed", groups=SELLERS
    )
    resource_days = fields.Float(
        "Days of Work",
        compute="_compute_resource_days",
        digits=(16, 1),
        groups=SELLERS,
    )

    @api.depends(*EVALUATED)
    def _compute_evaluation_score(self):
        for lead in self:
            marks = [lead[name] for name in EVALUATED]
            if not all(marks):
                lead.evaluation_score = 0
                continue
            potential, feasibility, risk = map(int, marks)
            points = (potential - 1) + (feasibility - 1) + (5 - risk)
            lead.evaluation_score = round(points * 100 / 12)

    @api.depends(*EVALUATED)
    def _compute_evaluated_on(self):
        today = fields.Date.context_today(self)
        for lead in self:
            lead.evaluated_on = any(lead[name] for name in EVALUATED) and today

    @api.depends("resource_ids.days")
    def _compute_resource_days(self):
        for lead in self:
            lead.resource_days = sum(lead.resource_ids.mapped("days"))
