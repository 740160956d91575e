from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.crm_base.tools.domains import parse_domain

from ..tools.scoring import ScoreRule

# the source of rules about interactions
FOLLOWUP = "followup"
# what leads cannot be chosen by, because it depends on the rules themselves
RESULTS = frozenset({"crm_score", "crm_grade", "score_explanation"})


class CrmLeadScoreRule(models.Model):
    """What makes a lead better or worse than others, and by how much.

    The points of all rules of a lead are its score. The rules of a company and those
    without a company add up.
    """

    _name = "crm.lead.score.rule"
    _inherit = ["crm.lead.rule.mixin"]
    _description = "Scoring Rule"
    _order = "sequence, id"
    _crm_recycle = True
    _crm_harmless = frozenset({"name", "sequence"})

    name = fields.Char(
        required=True,
        translate=True,
        help="Told to whoever asks where points are from.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: for all companies."
    )
    kind = fields.Selection(
        [
            ("attribute", "What the Lead Is"),
            ("behaviour", "What the Person Did"),
            ("interaction", "Effective Follow-ups"),
        ],
        required=True,
        default="attribute",
    )
    domain = fields.Char(
        "Leads", default="[]", help="Which leads the rule is about. Empty: all."
    )
    source = fields.Selection(
        "_selection_source", "Event", help="What the points are given for."
    )
    points = fields.Integer(
        required=True, default=10, help="Below zero: what makes a lead worse."
    )
    times = fields.Integer(
        "Count at Most",
        default=1,
        help="1: the last event alone gives points. More: each of the last so many.",
    )
    window_days = fields.Integer(
        "Within (days)", help="Older events give nothing. 0: however long ago."
    )
    decay = fields.Selection(
        [
            ("none", "Keep Their Worth"),
            ("half", "Are Halved"),
            ("linear", "Melt Away Evenly"),
        ],
        required=True,
        default="none",
    )
    decay_days = fields.Integer(
        "Over (days)",
        default=30,
        help="Days after which the points of an event are half, or nothing.",
    )
    # looking before leaping: never stored, works on a form that is not saved yet
    try_on = fields.Boolean(
        store=False, help="Show what the rule would change, without saving."
    )
    preview = fields.Text(compute="_compute_preview", exportable=False)

    _points_limit = models.Constraint(
        "CHECK (points BETWEEN -1000 AND 1000 AND points != 0)",
        "A rule gives or takes between 1 and 1000 points.",
    )
    _numbers = models.Constraint(
        "CHECK (times BETWEEN 1 AND 100 AND window_days BETWEEN 0 AND 3650"
        " AND decay_days BETWEEN 1 AND 3650)",
        "Count 1 to 100 events, of the last 10 years at most, and let points vanish"
        " over 1 to 3650 days.",
    )
    _source_given = models.Constraint(
        "CHECK (kind != 'behaviour' OR source IS NOT NULL)",
        "Choose what the points are given for.",
    )

    @api.model
    def _selection_source(self):
        return [
            (code, source.name)
            for code, source in self._crm_score_sources().items()
            if code != FOLLOWUP
        ]

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends(
        "try_on",
        "active",
        "company_id",
        "kind",
        "domain",
        "source",
        "points",
        "times",
        "window_days",
        "decay",
        "decay_days",
    )
    @api.depends_context("uid", "lang")
    def _compute_preview(self):
        for rule in self:
            rule.preview = rule.try_on and rule._crm_try() or False

    @api.constrains("domain", "kind", "source")
    def _check_domain(self):
        for rule in self:
            rule._crm_check_domain()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_rules_changed(self):
        """Let the leads have their new scores."""
        result = super()._crm_rules_changed()
        self.env["crm.lead.score.run"]._crm_request()
        return result

    def _crm_leads_domain(self):
        """Return the domain (list) of the leads; ValueError when it is none."""
        self.ensure_one()
        return parse_domain(self.domain)

    def _crm_check_domain(self):
        """Refuse what is no domain, or one on what its author may not know.

        The engine chooses leads for everybody, whatever its user sees; so whoever
        writes the rule must be allowed to search by its fields.
        """
        self.ensure_one()
        refusal = self.env._(
            "“%(rule)s” cannot choose leads like that: %(domain)s",
            rule=self.name or "",
            domain=self.domain or "",
        )
        try:
            domain = self._crm_leads_domain()
            names = self._crm_domain_fields(domain)
            # Odoo checks constraints as the system; this one is about the person
            self.env["crm.lead"].sudo(False).search(domain, limit=1)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValidationError(refusal) from error
        if names & RESULTS:
            raise ValidationError(
                self.env._("A score cannot depend on the score. Leave it out.")
            )

    @api.model
    def _crm_domain_fields(self, domain):
        """Return the names (set of str) of the fields of leads in a domain."""
        return {
            condition.field_expr.split(".")[0]
            for condition in Domain(domain).iter_conditions()
        }

    def _crm_spec(self):
        """Return this rule as the engine takes it (ScoreRule)."""
        self.ensure_one()
        kind = self.kind
        return ScoreRule(
            id=self._origin.id or 0,
            domain=self._crm_leads_domain(),
            source={"behaviour": self.source, "interaction": FOLLOWUP}.get(kind) or "",
            points=self.points,
            times=max(self.times, 1),
            window_days=max(self.window_days, 0),
            decay=self.decay or "none",
            decay_days=max(self.decay_days, 1),
            company_id=self.company_id.id or 0,
        )

    @api.model
    def _crm_specs(self):
        """Return all rules (list of ScoreRule) that hold."""
        # sudo: scores follow all rules, whoever touches a lead
        rules = (
            self.sudo().with_context(active_test=True).search([("active", "=", True)])
        )
        known = self._crm_score_sources()
        specs = [rule._crm_spec() for rule in rules]
        # events of an addon that is gone give nothing
        return [spec for spec in specs if not spec.source or spec.source in known]

    def _crm_try(self):
        """Return what this rule, as it stands on the form, would change (str)."""
        self.ensure_one()
        try:
            self._crm_check_domain()
            if self.kind == "behaviour" and not self.source:
                return self.env._("Choose what the points are given for.")
            spec = self._crm_spec()
        except (UserError, ValueError) as error:
            return str(error)
        others = [
            rule for rule in self._crm_specs() if rule.id != spec.id or not spec.id
        ]
        after = [*others, spec] if self.active else others
        lines = [
            self.env._(
                "Grade %(grade)s: %(before)s → %(after)s leads",
                grade=grade.upper(),
                before=before,
                after=count,
            )
            for grade, before, count in self._crm_grade_counts(after)
        ]
        return "\n".join(lines)
