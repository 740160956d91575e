from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools.approval import Turn

# nobody stands higher above anybody
MOST_STEPS = 9


class CrmApprovalLevel(models.Model):
    """One level of a rule: when it is asked, who approves, and by when."""

    _name = "crm.approval.level"
    _description = "Approval Level"
    _order = "rule_id, sequence, id"
    _crm_recycle = True
    _crm_change_log = True

    rule_id = fields.Many2one(
        "crm.approval.rule", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Approval Level", required=True, translate=True)
    approver = fields.Selection(
        [
            ("superior", "Superior"),
            ("department", "Head of the Department"),
            ("role", "Role"),
            ("user", "Certain People"),
        ],
        required=True,
        default="superior",
    )
    steps_up = fields.Integer(
        "How Far Up",
        default=1,
        help="1 is the direct superior of whoever is in charge of the document, 2 the"
        " superior's superior.",
    )
    group_id = fields.Many2one(
        "res.groups",
        "Role",
        domain=lambda self: [("id", "in", self._crm_role_ids())],
        ondelete="restrict",
    )
    user_ids = fields.Many2many(
        "res.users",
        "crm_approval_level_user_rel",
        string="People",
        domain="[('share', '=', False)]",
    )
    mode = fields.Selection(
        [("any", "One of Them"), ("all", "All of Them")],
        "Needed",
        required=True,
        default="any",
    )
    amount_from = fields.Float(
        "From Amount",
        digits=(16, 2),
        help="In the company's currency. 0 for documents of any amount.",
    )
    discount_from = fields.Float(
        "From Discount (%)", digits=(5, 2), help="0 for documents of any discount."
    )
    domain = fields.Char(
        "Condition", help="Documents that this level is asked for; empty for all."
    )
    model = fields.Selection(related="rule_id.model")
    hours = fields.Integer(
        "Time Allowed (Hours)",
        help="Whole days count working days alone. 0 for no deadline.",
    )
    escalate = fields.Boolean(
        default=True,
        help="After the deadline the superior of each approver may decide as well.",
    )

    _steps_range = models.Constraint(
        f"CHECK (steps_up BETWEEN 1 AND {MOST_STEPS})",
        "A superior stands between 1 and 9 steps above.",
    )
    _limits_positive = models.Constraint(
        "CHECK (amount_from >= 0 AND discount_from >= 0 AND hours >= 0)",
        "Amounts, discounts and hours cannot be negative.",
    )

    @api.model
    def _crm_role_ids(self):
        """Return the ids of the roles of the suite (list of int)."""
        Data = self.env["ir.model.data"]
        found = [
            Data._xmlid_to_res_id(xml_id, raise_if_not_found=False)
            for xml_id in self.env["res.users"]._crm_role_groups()
        ]
        return [group_id for group_id in found if group_id]

    @api.constrains("approver", "user_ids", "group_id", "domain", "rule_id")
    def _check_approver(self):
        roles = self._crm_role_ids()
        for level in self:
            if level.approver == "user" and not level.user_ids:
                raise ValidationError(
                    self.env._(
                        "Choose who approves on level %(name)s.", name=level.name
                    )
                )
            if level.approver == "role" and level.group_id.id not in roles:
                raise ValidationError(
                    self.env._(
                        "Choose the role that approves on level %(name)s.",
                        name=level.name,
                    )
                )
            if any(user.share for user in level.user_ids):
                raise ValidationError(self.env._("Only colleagues approve."))
            level.rule_id._crm_check_condition(level.model, level.domain)

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_fits(self, document, facts):
        """Return whether this level is asked for a document (bool)."""
        self.ensure_one()
        if facts.amount < self.amount_from or facts.discount < self.discount_from:
            return False
        return not self.domain or bool(
            document.filtered_domain(Domain(literal_eval(self.domain)))
        )

    def _crm_turn(self, facts):
        """Return who approves on this level (Turn).

        :param Facts facts: of the document
        :raise UserError: when there is nobody
        """
        self.ensure_one()
        users, why = getattr(self, f"_crm_by_{self.approver}")(facts)
        return self._crm_make_turn(
            facts, self.name, users, why, self.mode, self.hours, self.escalate
        )

    @api.model
    def _crm_turns_without_rule(self, document, facts):
        """Return the turns (list of Turn) of a document that no rule is for."""
        if not document._crm_approval_without_rule:
            return []
        return [
            self._crm_make_turn(
                facts,
                self.env._("Superior"),
                facts.owner._crm_superiors(),
                self.env._("Direct superior of %(user)s", user=facts.owner.name),
            )
        ]

    @api.model
    def _crm_make_turn(
        self, facts, name, users, why, mode="any", hours=0, escalate=True
    ):
        concerned = facts.requester | facts.owner
        # whoever does not work for the company would not see it
        asked = users.filtered(
            lambda user: user.active and facts.company in user.company_ids
        )
        asked -= concerned
        if not asked:
            asked, why = self._crm_instead(users, concerned, why)
        if not asked and not facts.requester._crm_is_boss():
            raise UserError(
                self.env._(
                    "There is nobody who could approve on level %(name)s. Ask whoever"
                    " looks after the approval rules.",
                    name=name,
                )
            )
        return Turn(name, mode, asked, hours, escalate, why)

    @api.model
    def _crm_instead(self, users, concerned, why):
        """Return who approves instead of people who may not (res.users), and why.

        Nobody approves what he submitted or is in charge of: whoever stands above
        does, in the end the boss.
        """
        seen = concerned
        while users:
            above = self.env["res.users"].union(
                *(user._crm_superiors() for user in users)
            )
            if asked := above - concerned:
                return asked, self.env._("%(why)s, instead the next one above", why=why)
            users, seen = above - seen, seen | above
        return self._crm_bosses() - concerned, self.env._(
            "%(why)s, instead the boss", why=why
        )

    @api.model
    def _crm_bosses(self):
        # sudo: who the boss is, is no secret
        return (
            self.env.ref("crm_base.group_boss")
            .sudo()
            .all_user_ids.filtered(lambda user: user.active and not user.share)
        )

    def _crm_by_user(self, facts):
        return self.user_ids, self.env._("Named on the level")

    def _crm_by_superior(self, facts):
        users = facts.owner
        for _step in range(self.steps_up):
            above = users.browse().union(*(user._crm_superiors() for user in users))
            if not above:
                # nobody stands that high: the highest there is
                break
            users = above
        if users == facts.owner:
            users = users.browse()
        return users, self.env._(
            "Superior of %(user)s, %(steps)s up",
            user=facts.owner.name,
            steps=self.steps_up,
        )

    def _crm_by_department(self, facts):
        # sudo: who leads a team is no secret
        team = facts.team.sudo()
        while team and not team.user_id.active:
            team = team.parent_id
        return team.user_id, self.env._(
            "Head of %(team)s", team=team.name or facts.team.name or ""
        )

    def _crm_by_role(self, facts):
        # sudo: who has a role is no secret
        group = self.group_id.sudo()
        everyone = group.all_user_ids.filtered(
            lambda user: user.active and not user.share
        )
        in_charge = everyone.filtered(
            lambda user: (
                user._crm_scope_ids("read") is None
                or facts.owner.id in user._crm_scope_ids("read")
            )
        )
        # a role beside the ranks (bookkeepers) is in charge of nobody
        users = in_charge - facts.owner or everyone
        # those who have the role itself come before those who have a higher one
        return (users & group.user_ids) or users, self.env._(
            "Role %(role)s", role=group.name
        )
