from ast import literal_eval

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.approval import Facts, Plan


class CrmApprovalRule(models.Model):
    """Which documents have to be approved, and by whom, level by level.

    The first published rule that fits a document counts. What is being approved
    already keeps the approvers that it was submitted to, whatever becomes of the rule.
    """

    _name = "crm.approval.rule"
    _description = "Approval Rule"
    _order = "sequence, id"
    _crm_recycle = True
    _crm_change_log = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10, help="The first rule that fits a document counts."
    )
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published")],
        required=True,
        default="draft",
        help="A draft asks nobody yet. Try it out before it is published.",
    )
    model = fields.Selection("_selection_model", "Documents", required=True, index=True)
    company_id = fields.Many2one("res.company", help="Empty for all companies.")
    team_id = fields.Many2one(
        "crm.team",
        "Department",
        index="btree_not_null",
        ondelete="restrict",
        help="Documents of this team and of those below it; empty for everybody's.",
    )
    domain = fields.Char(
        "Condition", help="Documents that the rule is for; empty for all of them."
    )
    skip_repeated = fields.Boolean(
        "Ask Nobody Twice",
        default=True,
        help="Whoever has approved on one level is not asked again on a later one.",
    )
    reject_needs_reason = fields.Boolean(
        "Reason for Rejecting", default=True, help="Nobody rejects without a reason."
    )
    level_ids = fields.One2many(
        "crm.approval.level", "rule_id", "Approval Levels", copy=True
    )

    @api.model
    @tools.ormcache(cache="stable")
    def _crm_models(self):
        """Return the names of the models that can be approved (tuple of str)."""
        registry = self.env.registry
        mixin = registry["crm.approval.mixin"]
        return tuple(
            sorted(
                name
                for name, model in registry.items()
                if issubclass(model, mixin) and not model._abstract
            )
        )

    @api.model
    def _selection_model(self):
        # sudo: what models are called is no secret
        Model = self.env["ir.model"].sudo()
        return [(name, Model._get(name).name) for name in self._crm_models()]

    @api.constrains("model", "domain")
    def _check_domain(self):
        for rule in self:
            if rule.model not in self._crm_models():
                raise ValidationError(
                    self.env._("%(model)s cannot be approved.", model=rule.model)
                )
            self._crm_check_condition(rule.model, rule.domain)

    @api.constrains("state", "level_ids")
    def _check_levels(self):
        for rule in self:
            if rule.state == "published" and not rule.level_ids:
                raise ValidationError(
                    self.env._(
                        "%(rule)s has no levels: nobody would be asked.", rule=rule.name
                    )
                )

    @api.model
    def _crm_check_condition(self, model, text):
        """Refuse a condition that cannot be asked of a model's records."""
        try:
            domain = Domain(literal_eval(text)) if text else Domain.TRUE
            domain.validate(self.env[model])
        except (ValueError, SyntaxError, TypeError, KeyError) as error:
            raise ValidationError(
                self.env._("This condition cannot be read: %(text)s", text=text)
            ) from error

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_publish(self):
        """Let documents be approved by these rules from now on.

        :return: True
        :raise ValidationError: when a rule has no levels
        """
        self.write({"state": "published"})
        return True

    def action_unpublish(self):
        """Make these rules drafts again: new documents are not submitted by them.

        :return: True
        """
        self.write({"state": "draft"})
        return True

    @api.model
    def get_approvers(self, model, values=None, res_id=0, include_drafts=False):
        """Say who would be asked to approve a document, without submitting anything.

        :param str model: technical name of a model that can be approved
        :param dict values: of what to assume: ``amount`` (number, in the company's
            currency), ``discount`` (percent), ``user_id`` and ``team_id`` (ids of whose
            document it is); what is missing is the document's
        :param int res_id: the document; 0 for one that is not there yet
        :param bool include_drafts: also by rules that are not published
        :return: dict with ``rule`` (str, "" for none), ``rule_id`` (int, 0: none),
            ``levels``: list of dicts ``name``, ``mode`` (``any`` or ``all``),
            ``user_ids`` (list of int), ``users`` (list of str), ``acting`` (list of
            str: who decides for somebody absent), ``hours`` (int), ``why`` (str)
        :raise AccessError: when the document is out of sight, or drafts are asked for
            by anybody who does not make rules
        :raise UserError: when the model or the values are none, or nobody can approve
        """
        document, facts = self._crm_assumed(model, values, res_id)
        if include_drafts:
            self.check_access("write")
        plan = self._crm_plan(document, facts, include_drafts=bool(include_drafts))
        approval = self.env["crm.approval"]
        excluded = facts.requester | facts.owner
        return {
            "rule": plan.rule.name or "",
            "rule_id": plan.rule.id or 0,
            "levels": [
                {
                    "name": turn.name,
                    "mode": turn.mode,
                    "user_ids": turn.users.ids,
                    "users": turn.users.mapped("name"),
                    "acting": (
                        approval._crm_acting(turn.users, excluded) - turn.users
                    ).mapped("name"),
                    "hours": turn.hours,
                    "why": turn.why,
                }
                for turn in plan.turns
            ],
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_plan(self, document, facts, include_drafts=False):
        """Return who has to approve a document (Plan).

        :param document: one record, or a new one with assumed values
        :param Facts facts: what rules look at
        :param bool include_drafts: also by rules that are not published
        :raise UserError: when there is nobody who could approve
        """
        # sudo: everybody's documents are judged by all rules
        rule = self.sudo()._crm_find(document, facts, include_drafts)
        levels = rule.level_ids.filtered(lambda level: level._crm_fits(document, facts))
        if rule:
            turns = [level._crm_turn(facts) for level in levels]
        else:
            turns = self.env["crm.approval.level"]._crm_turns_without_rule(
                document, facts
            )
        return Plan(rule, turns)

    @api.model
    def _crm_find(self, document, facts, include_drafts=False):
        """Return the first rule (sudo) that fits a document, none if there is none."""
        states = ["published", "draft"] if include_drafts else ["published"]
        rules = self.search(
            [
                ("model", "=", document._name),
                ("state", "in", states),
                ("company_id", "in", [False, facts.company.id]),
            ]
        )
        teams = [int(one) for one in (facts.team.parent_path or "").split("/") if one]
        for rule in rules:
            if rule.team_id and rule.team_id.id not in teams:
                continue
            if not rule.domain or document.filtered_domain(
                Domain(literal_eval(rule.domain))
            ):
                return rule
        return self.browse()

    @api.model
    def _crm_assumed(self, model, values, res_id):
        """Return the document (sudo) and Facts that :meth:`get_approvers` asks for."""
        names = self._crm_models()
        if not isinstance(model, str) or model not in names:
            raise ValidationError(
                self.env._(
                    "Only these can be approved: %(models)s", models=", ".join(names)
                )
            )
        return Facts.assume(self.env[model], values, res_id)
