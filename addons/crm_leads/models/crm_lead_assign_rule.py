from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.crm_base.tools.domains import parse_domain

from ..tools.assigning import Limits

GRADES = ["a", "b", "c", "d"]
# what only the engine writes
POSITION = frozenset({"worked_at"})


class CrmLeadAssignRule(models.Model):
    """Which leads that nobody has go to whom, by themselves.

    The first rule that matches a lead decides. A rule works with the rights of whoever
    is responsible for it: it takes only leads that this person may deal out, and gives
    them only to people whom this person leads.
    """

    _name = "crm.lead.assign.rule"
    _description = "Assignment Rule"
    _inherit = ["crm.workflow.mixin", "crm.lead.rule.mixin"]
    _order = "sequence, id"
    _crm_recycle = True
    _crm_harmless = frozenset({"name", "worked_at"})

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        default=lambda self: self.env.company,
        help="Empty: leads of all companies.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Responsible Manager",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain=lambda self: self._domain_user_id(),
        help="The rule takes leads that this person may deal out, and gives them to"
        " people whom this person leads.",
    )

    # Which leads
    domain = fields.Char("Further Conditions", default="[]")
    territory_ids = fields.Many2many(
        "crm.territory",
        "crm_lead_assign_rule_territory_rel",
        "rule_id",
        "territory_id",
        "Territories",
        help="With those below them.",
    )
    state_ids = fields.Many2many(
        "res.country.state",
        "crm_lead_assign_rule_state_rel",
        "rule_id",
        "state_id",
        "Provinces",
    )
    industry_ids = fields.Many2many(
        "res.partner.industry",
        "crm_lead_assign_rule_industry_rel",
        "rule_id",
        "industry_id",
        "Industries",
    )
    source_ids = fields.Many2many(
        "utm.source",
        "crm_lead_assign_rule_source_rel",
        "rule_id",
        "source_id",
        "Sources",
    )
    capture_channel = fields.Selection(
        selection=lambda self: (
            self.env["crm.lead"]
            ._fields["capture_channel"]
            ._description_selection(self.env)
        ),
        string="Captured Through",
    )
    min_grade = fields.Selection(
        [("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")], "Grade at Least"
    )
    min_score = fields.Integer("Score at Least", help="0: any score.")

    # To whom
    recipient_kind = fields.Selection(
        [("people", "Chosen People"), ("team", "A Team")],
        "Given To",
        required=True,
        default="people",
    )
    line_ids = fields.One2many(
        "crm.lead.assign.line",
        "rule_id",
        "People",
        copy=True,
    )
    team_id = fields.Many2one(
        "crm.team",
        index="btree_not_null",
        help="Everybody who is a member at that moment, of the teams below it too.",
    )
    method = fields.Selection(
        [("turn", "In Turn"), ("load", "Fewest Open Leads First")],
        required=True,
        default="turn",
    )
    max_open = fields.Integer(
        "Open Leads at Most", help="Who has so many gets no more. 0: any number."
    )
    max_day = fields.Integer(
        "New Leads per Day at Most",
        help="Counted from the ledger: giving one away makes no room. 0: any number.",
    )
    monthly_capacity = fields.Boolean(
        "Capacity of 30 Days",
        help="Nobody gets more leads in 30 days than the sales team says for each of"
        " its members.",
    )
    skip_absent = fields.Boolean("Pass Over Absent People", default=True)
    working_hours = fields.Boolean(
        "Within Working Hours Only",
        help="On working days of the calendar, between these hours of the person's own"
        " clock.",
    )
    hour_from = fields.Float("From Hour", default=9.0)
    hour_to = fields.Float("To Hour", default=18.0)
    if_nobody = fields.Selection(
        [("wait", "The Lead Waits"), ("next", "The Next Rule Decides")],
        "If Nobody Is Free",
        required=True,
        default="wait",
    )

    # When, and what then
    occasion = fields.Selection(
        [
            ("create", "As Soon as a Lead Comes In"),
            ("background", "In the Background, Every Few Minutes"),
            ("manual", "Only by “Assign Now”"),
        ],
        "When to Assign",
        required=True,
        default="create",
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        "Activity for the New Owner",
        domain=[("res_model", "in", [False, "crm.lead"])],
        ondelete="set null",
    )
    activity_days = fields.Integer("Due in (days)", default=1)
    rework_after = fields.Integer(
        "Take Back After",
        help="Leads of this rule that nobody has followed up by then go to somebody"
        " else, who has not had them. 0: never.",
    )
    rework_unit = fields.Selection(
        [("hours", "Hours"), ("days", "Working Days")],
        "Unit",
        required=True,
        default="days",
    )
    worked_at = fields.Datetime("Last Given On", readonly=True, copy=False)
    problem = fields.Char(compute="_compute_problem", exportable=False)

    _numbers = models.Constraint(
        "CHECK (max_open BETWEEN 0 AND 100000 AND max_day BETWEEN 0 AND 100000"
        " AND rework_after BETWEEN 0 AND 1000 AND activity_days BETWEEN 0 AND 365"
        " AND min_score BETWEEN -100000 AND 100000)",
        "Limits cannot be below zero, or beyond all reason.",
    )
    _hours = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_from < hour_to AND hour_to <= 24)",
        "Working hours begin and end on the same day: from 0:00 to 24:00.",
    )
    _team_given = models.Constraint(
        "CHECK (recipient_kind != 'team' OR team_id IS NOT NULL)",
        "Choose the team that gets the leads.",
    )

    @api.model
    def _domain_user_id(self):
        return [
            ("id", "in", self.env.user._crm_scope("write").ids),
            ("all_group_ids", "in", self.env.ref("crm_base.group_manager").ids),
        ]

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("active", "user_id", "recipient_kind", "line_ids", "team_id", "domain")
    @api.depends_context("lang")
    def _compute_problem(self):
        for rule in self:
            rule.problem = rule.active and rule._crm_problem() or False

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("domain", "user_id")
    def _check_domain(self):
        for rule in self:
            try:
                rule._crm_search_as_author(limit=1)
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                raise ValidationError(
                    self.env._(
                        "“%(rule)s” cannot choose leads like that: %(domain)s",
                        rule=rule.name or "",
                        domain=rule.domain or "",
                    )
                ) from error

    @api.constrains("user_id", "team_id", "recipient_kind")
    def _check_scope(self):
        """Nobody makes a rule work with more rights than the own ones."""
        if self._crm_in_workflow():
            # a hand-over: whoever takes over need not lead these people, and then they
            # are passed over until somebody corrects the rule
            return
        # constraints are checked in superuser mode, so that says nothing here
        editor = self.env.user
        for rule in self:
            author = rule.user_id
            if editor.id != SUPERUSER_ID and author not in editor._crm_scope("write"):
                raise AccessError(
                    self.env._(
                        "Responsible for a rule are you, or managers whom you lead."
                    )
                )
            if not author._crm_has_group("crm_base.group_manager"):
                raise ValidationError(
                    self.env._(
                        "%(user)s leads nobody: managers are responsible for rules.",
                        user=author.name,
                    )
                )
            if rule.recipient_kind == "team" and not rule._crm_leads_team():
                raise ValidationError(
                    self.env._(
                        "“%(team)s” is no team of %(user)s.",
                        # sudo: the name of a team is no secret
                        team=rule.team_id.sudo().name,
                        user=author.name,
                    )
                )
            rule.line_ids._check_scope()

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | POSITION

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        return [
            {**vals, "name": self.env._("%(name)s (copy)", name=rule.name)}
            for rule, vals in zip(self, vals_list, strict=True)
        ]

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_rules_changed(self):
        """Let every worker know, and look at the leads that wait."""
        result = super()._crm_rules_changed()
        self.env["crm.lead.assign.run"]._crm_wake()
        return result

    def _crm_leads_team(self):
        """Return whether whoever is responsible leads the rule's team (bool)."""
        self.ensure_one()
        return (
            self.user_id._crm_is_boss()
            or self.team_id.id in self.user_id._crm_scope_team_ids("write")
        )

    def _crm_domain(self):
        """Return all conditions of the rule (Domain); ValueError when they are none."""
        self.ensure_one()
        domain = Domain(parse_domain(self.domain))
        for name, ids, operator in (
            ("territory_id", self.territory_ids.ids, "child_of"),
            ("state_id", self.state_ids.ids, "in"),
            ("industry_id", self.industry_ids.ids, "in"),
            ("source_id", self.source_ids.ids, "in"),
        ):
            if ids:
                domain &= Domain(name, operator, ids)
        if self.capture_channel:
            domain &= Domain("capture_channel", "=", self.capture_channel)
        if self.min_grade:
            best = GRADES[: GRADES.index(self.min_grade) + 1]
            domain &= Domain("crm_grade", "in", best)
        if self.min_score:
            domain &= Domain("crm_score", ">=", self.min_score)
        if self.company_id:
            domain &= Domain("company_id", "in", [False, self.company_id.id])
        return domain

    def _crm_limits(self):
        """Return what the rule asks of its people (Limits)."""
        self.ensure_one()
        return Limits(
            max_open=max(self.max_open, 0),
            max_day=max(self.max_day, 0),
            monthly=self.monthly_capacity,
            skip_absent=self.skip_absent,
            hours=(self.hour_from, self.hour_to) if self.working_hours else (),
        )

    def _crm_problem(self):
        """Return why this rule gives nothing to anybody (str), "" when it may."""
        self.ensure_one()
        if not self._crm_is_alive():
            return self.env._(
                "%(user)s leads nobody any more. Choose somebody else as responsible.",
                user=self.user_id.name or "",
            )
        try:
            self._crm_search_as_author(limit=1)
        except (UserError, ValueError, TypeError, KeyError, AttributeError):
            return self.env._("The conditions cannot be understood any more.")
        if not self._crm_recipients():
            return self.env._("Nobody is there to get leads.")
        return ""

    def _crm_is_alive(self):
        """Return whether somebody is still responsible for the rule (bool)."""
        self.ensure_one()
        # sudo: that an account is active is no secret
        author = self.user_id.sudo()
        return author.active and author._crm_has_group("crm_base.group_manager")
