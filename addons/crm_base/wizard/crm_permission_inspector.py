from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

from ..tools.arguments import as_id

OPERATIONS = ("read", "write")


class CrmPermissionInspector(models.TransientModel):
    """Why can somebody see this record, why not, and who can?"""

    _name = "crm.permission.inspector"
    _description = "Permission Inspector"

    record_ref = fields.Reference(
        "_selection_record_ref",
        "Record",
        default=lambda self: self._default_record_ref(),
    )
    user_id = fields.Many2one(
        "res.users",
        "Colleague",
        domain=[("share", "=", False)],
        context={"active_test": False},
        help="Empty: who can, of all colleagues?",
    )
    operation = fields.Selection(
        [("read", "See"), ("write", "Change")],
        "Can They",
        required=True,
        default="read",
    )
    verdict = fields.Selection(
        [("yes", "Yes"), ("no", "No")], compute="_compute_answer"
    )
    answer = fields.Html(compute="_compute_answer", sanitize=False)

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.model
    def _crm_inspected_models(self):
        """Hook: return the technical names (list of str) that the wizard offers."""
        return ["res.partner", "crm.followup", "crm.share", "crm.owner.move"]

    @api.model
    def _selection_record_ref(self):
        # sudo: what a model is called is no secret
        models_by_name = self.env["ir.model"].sudo()
        return [
            (name, models_by_name._get(name).name)
            for name in self._crm_inspected_models()
        ]

    @api.model
    def _default_record_ref(self):
        model = self.env.context.get("active_model")
        record_id = self.env.context.get("active_id")
        if model in self._crm_inspected_models() and record_id:
            return f"{model},{record_id}"
        return False

    @api.depends("record_ref", "user_id", "operation")
    def _compute_answer(self):
        for wizard in self:
            wizard.verdict = wizard.answer = False
            record = wizard.record_ref
            if not record or not wizard.operation:
                continue
            try:
                if wizard.user_id:
                    wizard._crm_answer_one(record)
                else:
                    wizard._crm_answer_all(record)
            except AccessError as error:
                wizard.answer = Markup("<p>%s</p>") % str(error)

    def _crm_answer_one(self, record):
        found = self.explain_access(
            self.user_id.id, record._name, record.id, self.operation
        )
        self.verdict = "yes" if found["allowed"] else "no"
        self.answer = Markup("<p>%s</p><ul>%s</ul>") % (
            found["summary"],
            Markup("").join(
                Markup(
                    "<li><i class='fa %s me-1' role='img' aria-hidden='true'/>%s</li>"
                )
                % (
                    "fa-check text-success" if one["ok"] else "fa-times text-danger",
                    one["text"],
                )
                for one in found["reasons"]
            ),
        )

    def _crm_answer_all(self, record):
        found = self.who_can_access(record._name, record.id, self.operation)
        self.answer = Markup("<p>%s</p><ul>%s</ul>") % (
            self.env._("%(count)s colleagues can:", count=len(found)),
            Markup("").join(
                Markup("<li><b>%s</b> %s</li>") % (one["name"], one["reason"])
                for one in found
            ),
        )

    # ------------------------------------------------------------
    # QUESTIONS
    # ------------------------------------------------------------

    @api.model
    def explain_access(self, user_id, model, res_id, operation="read"):
        """Say whether a colleague may see or change a record, and why.

        The boss asks about everybody and everything; managers about their own people
        and records that they see themselves.

        :param int user_id: the colleague
        :param str model: technical name of a model
        :param int res_id: the record
        :param str operation: ``read`` or ``write``
        :return: dict: ``user_id``, ``model``, ``res_id``, ``operation``, ``allowed``
            (bool), ``summary`` (str, one sentence) and ``reasons``, a list of dicts
            ``code`` (account, group, owner, leader, assistant, share, department, boss,
            customer, stranger, self, not_owner, no_owner, no_share, read_share,
            share_over, company, rule, pool, archived, model), ``text`` (str) and
            ``ok`` (bool: speaks for it)
        :raise AccessError: the colleague or the record is none of your business
        :raise UserError: no such model, record or operation
        """
        user = self._crm_check_question([user_id])
        record = self._crm_check_record(model, res_id, operation)
        return self._crm_explain(user, record, operation)

    @api.model
    def who_can_access(self, model, res_id, operation="read"):
        """Say which colleagues may see or change a record, and why each may.

        :param str model: technical name of a model
        :param int res_id: the record
        :param str operation: ``read`` or ``write``
        :return: list of dicts, by name: ``user_id`` (int), ``name``, ``reason`` (str)
            and ``codes`` (list of the codes of :meth:`explain_access`); for a manager
            only the own people and the manager
        :raise AccessError: by salespeople, or when you cannot see the record yourself
        :raise UserError: no such model, record or operation
        """
        self._crm_check_question([])
        record = self._crm_check_record(model, res_id, operation)
        # sudo: who is a colleague is no secret to who may ask
        domain = Domain("share", "=", False) & Domain("active", "=", True)
        ids = self.env.user._crm_scope_ids("write")
        if ids is not None:
            domain &= Domain("id", "in", ids)
        found = []
        for user in self.env["res.users"].sudo().search(domain, order="name, id"):
            if not self._crm_as(user, record).has_access(operation):
                continue
            reasons = [
                reason
                for reason in self._crm_explain(user, record, operation)["reasons"]
                if reason["ok"] and reason["code"] != "company"
            ]
            found.append(
                {
                    "user_id": user.id,
                    "name": user.name,
                    "reason": "; ".join(
                        reason["text"] for reason in reasons[1:] or reasons
                    ),
                    "codes": [reason["code"] for reason in reasons],
                }
            )
        return found

    # ------------------------------------------------------------
    # WHO MAY ASK
    # ------------------------------------------------------------

    @api.model
    def _crm_check_question(self, user_ids):
        """Return the colleague asked about (sudo), if one may ask.

        :raise AccessError: by salespeople, or about somebody out of one's scope
        """
        asker = self.env.user
        if not self.env.su and not asker._crm_has_group("crm_base.group_manager"):
            raise AccessError(self.env._("This is for managers and the boss."))
        # sudo: a colleague's rights, which superiors may ask about
        users = self.env["res.users"].sudo().with_context(active_test=False)
        users = users.browse([one for one in user_ids if as_id(one)]).exists()
        if len(users) != len(user_ids) or any(user.share for user in users):
            raise UserError(self.env._("There is no such colleague."))
        ids = asker._crm_scope_ids("write")
        if not self.env.su and ids is not None and not set(users.ids) <= set(ids):
            raise AccessError(self.env._("You may ask about your own people only."))
        return users

    @api.model
    def _crm_check_record(self, model, res_id, operation):
        """Return the record asked about (sudo), if the asker sees it."""
        if operation not in OPERATIONS:
            raise UserError(self.env._("Ask about read or write."))
        if not isinstance(model, str) or not as_id(res_id):
            raise UserError(self.env._("There is no such record."))
        if model not in self.env or self.env[model]._abstract:
            raise UserError(self.env._("There is no such record."))
        record = self.env[model].browse(res_id).exists()
        if not record or self.env[model]._transient:
            raise UserError(self.env._("There is no such record."))
        if not record.has_access("read"):
            raise AccessError(
                self.env._("You may ask about records that you see yourself only.")
            )
        # sudo: the explanation reads owners, teams and shares as they stand
        return record.sudo()

    # ------------------------------------------------------------
    # EXPLAINING
    # ------------------------------------------------------------

    @api.model
    def _crm_as(self, user, record):
        """Return the record as another user sees it, with all companies of the user."""
        context = {
            name: value
            for name, value in self.env.context.items()
            if name in ("lang", "tz")
        }
        # pylint: disable-next=context-overridden; nothing of the asker's is to stay
        return record.browse(record.id).with_user(user).with_context(context)

    @api.model
    def _crm_explain(self, user, record, operation):
        """Return the answer (dict) of :meth:`explain_access`."""
        account = self._crm_explain_account(user)
        groups = self._crm_explain_groups(user, record, operation)
        rules = self._crm_explain_rules(user, record, operation)
        own = self._crm_explain_model(user, record, operation)
        allowed = all(one["ok"] for one in [*account, *groups, *rules, *own])
        reasons = [*account, *groups]
        if all(one["ok"] for one in groups):
            granting = self._crm_reasons(user, record, operation)
            missing = []
            if not allowed and not granting:
                missing = self._crm_missing(user, record, operation)
            reasons += [{**one, "ok": True} for one in granting]
            reasons += [{**one, "ok": False} for one in missing]
            reasons += [
                one
                for one in [*rules, *own]
                # what the organisation explains needs no name of a rule
                if one["code"] == "company" or not (granting or missing)
            ]
        if "active" in record._fields and not record.active:
            reasons.append(
                {
                    "code": "archived",
                    "text": self.env._("it is archived: found with the filter only"),
                    "ok": allowed,
                }
            )
        return {
            "user_id": user.id,
            "model": record._name,
            "res_id": record.id,
            "operation": operation,
            "allowed": allowed,
            "summary": self._crm_summary(user, record, operation, allowed),
            "reasons": reasons,
        }

    @api.model
    def _crm_summary(self, user, record, operation, allowed):
        names = {"user": user.name, "record": record.display_name}
        if operation == "read":
            if allowed:
                return self.env._("%(user)s can see %(record)s.", **names)
            return self.env._("%(user)s cannot see %(record)s.", **names)
        if allowed:
            return self.env._("%(user)s can change %(record)s.", **names)
        return self.env._("%(user)s cannot change %(record)s.", **names)

    @api.model
    def _crm_explain_account(self, user):
        if user.active:
            return []
        text = self.env._("the account of %s is closed", user.name)
        return [{"code": "account", "text": text, "ok": False}]

    @api.model
    def _crm_explain_groups(self, user, record, operation):
        """Whether one of the user's groups opens the model at all."""
        # sudo: which groups open a model is no secret to who may ask
        opening = (
            self.env["ir.model.access"]
            .sudo()
            .search(
                [
                    ("model_id.model", "=", record._name),
                    (f"perm_{operation}", "=", True),
                    ("active", "=", True),
                ]
            )
        )
        mine = set(user._get_group_ids())
        for access in opening:
            if not access.group_id or access.group_id.id in mine:
                role = dict(user._fields["crm_role"]._description_selection(self.env))
                text = self.env._(
                    "has the role %(role)s, which opens this kind of record",
                    role=role.get(user._crm_role_code())
                    or access.group_id.name
                    or self.env._("of every user"),
                )
                return [{"code": "group", "text": text, "ok": True}]
        groups = ", ".join(sorted(set(opening.group_id.mapped("name"))))
        text = self.env._(
            "has none of the groups that open this kind of record: %(groups)s",
            groups=groups,
        )
        return [{"code": "group", "text": text, "ok": False}]

    @api.model
    def _crm_explain_rules(self, user, record, operation):
        """What each record rule says, evaluated one by one."""
        theirs = self._crm_as(user, record)
        Rule = theirs.env["ir.rule"]
        context = Rule._eval_context()
        # sudo: rules are evaluated on records as they are, as Odoo does
        seen = theirs.sudo().with_context(active_test=False)
        by_group, answers = [], []
        for link in record._inherits.values():
            if record._fields[link].store:
                answers += self._crm_explain_rules(user, record[link], operation)
        # sudo: rules are not for everybody to read
        for rule in Rule._get_rules(record._name, operation).sudo():
            domain = Domain(
                safe_eval(rule.domain_force, context) if rule.domain_force else []
            )
            ok = bool(seen.filtered_domain(domain))
            if rule.groups:
                by_group.append((rule, ok))
            else:
                answers.append(self._crm_rule_answer(rule, ok))
        if by_group:
            passing = [rule for rule, ok in by_group if ok]
            rule = passing[0] if passing else by_group[0][0]
            answers.append(self._crm_rule_answer(rule, bool(passing)))
        return answers

    @api.model
    def _crm_rule_answer(self, rule, ok):
        if "company_ids" in (rule.domain_force or ""):
            text = (
                self.env._("it belongs to one of the own companies")
                if ok
                else self.env._("it belongs to another company")
            )
            return {"code": "company", "text": text, "ok": ok}
        text = (
            self.env._("the rule “%s” lets it pass", rule.name)
            if ok
            else self.env._("the rule “%s” holds it back", rule.name)
        )
        return {"code": "rule", "text": text, "ok": ok}

    @api.model
    def _crm_explain_model(self, user, record, operation):
        """What a model decides itself, such as by the document it belongs to."""
        registry = self.env.registry
        if registry[record._name]._check_access is registry["base"]._check_access:
            return []
        ok = self._crm_as(user, record).has_access(operation)
        text = (
            self.env._("the document that it belongs to is in sight")
            if ok
            else self.env._("the document that it belongs to is out of sight")
        )
        return [{"code": "model", "text": text, "ok": ok}]
