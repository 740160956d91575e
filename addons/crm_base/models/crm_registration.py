from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_date

from ..tools import company_name, contact_keys, match_keys


class CrmRegistration(models.Model):
    """A customer registered for one salesperson before it is entered.

    While it is protected, nobody else enters the same company. Whether two
    registrations, or one and a customer, mean the same company is decided by the
    duplicate check; who may have it is decided by a superior, with a reason.
    """

    _name = "crm.registration"
    _description = "Customer Registration"
    _inherit = ["mail.thread", "crm.workflow.mixin"]
    _order = "id desc"
    _crm_recycle = True

    name = fields.Char("Customer Name", required=True, tracking=True)
    credit_code = fields.Char("Unified Social Credit Code")
    phone = fields.Char()
    email = fields.Char("E-mail")
    project = fields.Text(help="What the customer plans, and by when.")
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    protect_days = fields.Integer(
        "Protection (days)",
        required=True,
        default=lambda self: self.env.company.crm_registration_days,
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("approved", "Protected"),
            ("refused", "Refused"),
            ("expired", "Expired"),
            ("converted", "Converted"),
        ],
        required=True,
        default="draft",
        index=True,
        tracking=True,
    )
    submitted_at = fields.Datetime("Submitted On")
    protected_until = fields.Date(tracking=True)
    arbiter_id = fields.Many2one("res.users", "Decided By", index="btree_not_null")
    reason = fields.Text("Reason of the Decision", tracking=True)
    conflict = fields.Text(
        help="Customers and registrations that may be the same company, as far as they"
        " may be told."
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", ondelete="set null"
    )
    match_keys = fields.Char(
        compute="_compute_match_keys", store=True, groups=fields.NO_ACCESS
    )
    can_decide = fields.Boolean(compute="_compute_can_decide")

    _match_keys_idx = models.Index(
        "USING gin (string_to_array(match_keys, ' ')) WITH (fastupdate = off)"
    )
    _protected_until_idx = models.Index("(protected_until) WHERE state = 'approved'")
    _protect_days_positive = models.Constraint(
        "CHECK (protect_days BETWEEN 1 AND 730)",
        "A registration is protected for one day at least, and for two years at most.",
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("name", "credit_code", "phone", "email")
    def _compute_match_keys(self):
        for registration in self:
            keys = match_keys.build(registration._crm_row())
            registration.match_keys = " ".join(keys) or False

    @api.depends_context("uid")
    @api.depends("user_id", "state")
    def _compute_can_decide(self):
        for registration in self:
            registration.can_decide = (
                registration.state == "submitted"
                and registration._crm_may_decide(self.env.user)
            )

    @api.constrains("credit_code")
    def _check_credit_code(self):
        for registration in self.filtered("credit_code"):
            if not contact_keys.credit_code(registration.credit_code):
                raise ValidationError(
                    self.env._(
                        "%(code)s is no unified social credit code: its check digit is"
                        " wrong. Compare it with the business licence.",
                        code=registration.credit_code,
                    )
                )

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "state",
            "submitted_at",
            "protected_until",
            "arbiter_id",
            "reason",
            "conflict",
            "partner_id",
        }

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def write(self, vals):
        fixed = {"name", "credit_code", "phone", "email", "user_id", "company_id"}
        if not self._crm_in_workflow() and fixed.intersection(vals):
            for registration in self:
                if registration.state not in ("draft", "refused"):
                    raise UserError(
                        self.env._(
                            "What was submitted is not changed any more. Register the"
                            " customer once more instead."
                        )
                    )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_submitted(self):
        if any(registration.state != "draft" for registration in self):
            raise UserError(self.env._("Only drafts of registrations are deleted."))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_submit(self):
        """Hand the registrations in, with what the duplicate check finds.

        :return: True
        :raise UserError: when one of them was handed in already, or the customer is
            yours already
        """
        self.check_access("write")
        for registration in self:
            if registration.state not in ("draft", "refused"):
                raise UserError(self.env._("This was submitted already."))
            registration._crm_workflow().write(
                {
                    "state": "submitted",
                    "submitted_at": fields.Datetime.now(),
                    "conflict": registration._crm_conflicts() or False,
                    "reason": False,
                }
            )
        return True

    def action_approve(self, reason="", days=0):
        """Protect the customers for whoever registered them.

        Another protected registration of the same company ends: that is arbitration,
        needs a reason, and a superior of both salespeople.

        :param str reason: why; required when there is a conflict
        :param int days: how long, the registration's own time by default
        :return: True
        :raise AccessError: when it is not yours to decide
        :raise UserError: not submitted, or no reason in a conflict
        """
        for registration in self._crm_check_decide():
            rivals = registration._crm_rivals()
            for rival in rivals:
                if not rival._crm_may_decide(self.env.user):
                    raise AccessError(
                        self.env._(
                            "Another team has registered this customer. A superior of"
                            " both teams has to decide."
                        )
                    )
            conflict = registration._crm_conflicts()
            if conflict and not (reason or "").strip():
                raise UserError(self.env._("There is a conflict. Say why you approve."))
            rivals._crm_workflow().write(
                {
                    "state": "expired",
                    "protected_until": False,
                    "arbiter_id": self.env.uid,
                    "reason": reason,
                }
            )
            today = fields.Date.context_today(registration)
            given = days if isinstance(days, int) and days > 0 else 0
            length = given or registration.protect_days
            registration._crm_workflow().write(
                {
                    "state": "approved",
                    "protect_days": length,
                    "protected_until": today + timedelta(days=length),
                    "arbiter_id": self.env.uid,
                    "reason": reason or False,
                    "conflict": conflict or False,
                }
            )
        return True

    def action_refuse(self, reason=""):
        """Refuse the registrations.

        :param str reason: why, for the salesperson to read
        :return: True
        :raise AccessError: when it is not yours to decide
        :raise UserError: not submitted, or no reason
        """
        registrations = self._crm_check_decide()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why you refuse."))
        registrations._crm_workflow().write(
            {"state": "refused", "arbiter_id": self.env.uid, "reason": reason}
        )
        return True

    def action_open_decision(self):
        """Open the dialog for the decision; return the action (dict)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.crm_registration_decision_action"
        )
        action["context"] = {"default_registration_id": self.id}
        return action

    def action_convert(self):
        """Enter the registered customer; return the action (dict) that opens it.

        :raise AccessError: when the registration is not yours
        :raise UserError: when it is not protected
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "approved":
            raise UserError(self.env._("Only a protected registration is converted."))
        partner = self.env["res.partner"].create(
            {
                "name": self.name,
                "is_company": True,
                "is_crm_customer": True,
                "vat": self.credit_code,
                "phone": self.phone,
                "email": self.email,
                "comment": self.project,
                "user_id": self.user_id.id,
            }
        )
        self._crm_convert_to(partner)
        return partner.action_open_overview()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_row(self):
        """Return the values (dict) that the duplicate check reads."""
        self.ensure_one()
        row = defaultdict(bool, is_company=True, is_crm_customer=True)
        row |= {
            "name": self.name or "",
            "vat": self.credit_code or "",
            "phone": self.phone or "",
            "email": self.email or "",
        }
        return row

    def _crm_may_decide(self, user):
        """Return whether a user decides on this: a superior, not oneself (bool)."""
        self.ensure_one()
        # sudo: whose registration it is decides who decides
        return user._crm_decides_for(self.sudo().user_id)

    def _crm_check_decide(self):
        """Return ``self`` after checking that it is this user's to decide."""
        self.check_access("read")
        for registration in self:
            if not registration._crm_may_decide(self.env.user):
                raise AccessError(
                    self.env._("Only a superior of the salesperson decides on this.")
                )
            if registration.state != "submitted":
                raise UserError(
                    self.env._("Only what was submitted can be decided on.")
                )
        return self

    def _crm_rivals(self):
        """Return protected registrations of the same company by others (sudo)."""
        self.ensure_one()
        found = self._crm_find_registrations([self._crm_row()], self.company_id)[0]
        return found.filtered(lambda other: other.user_id != self.user_id)

    def _crm_conflicts(self):
        """Return what may be the same company, as far as it may be told (str)."""
        self.ensure_one()
        Partner = self.env["res.partner"].with_user(self.user_id)
        matches = Partner._crm_find_duplicates([dict(self._crm_row())])[0]
        met = self.env["res.partner"].browse([match.partner_id for match in matches])
        places = met._crm_duplicate_places()
        lines = [
            self.env._("A customer, %(place)s", place=places[match.partner_id])
            for match in matches
        ]
        for rival in self._crm_rivals():
            lines.append(rival._crm_protection_text())
        return "\n".join(lines)

    def _crm_protection_text(self):
        """Return what others are told of a protected registration (str)."""
        team = self.user_id.crm_team_ids[:1]
        until = format_date(self.env, self.protected_until)
        if team:
            return self.env._(
                "Registered by the team %(team)s until %(until)s",
                team=team.name,
                until=until,
            )
        return self.env._("Registered by a colleague until %(until)s", until=until)

    @api.model
    def _crm_find_registrations(self, rows, company=None):
        """Return the protected registrations that each row meets, in constant queries.

        :param list[dict] rows: values of customers, as for ``_crm_find_duplicates``
        :param company: res.company record, the current ones by default
        :return: list of recordsets (sudo), one for each row
        """
        phones = self.env["res.partner"]._crm_phone_fields()
        values = []
        for row in rows:
            value = defaultdict(bool, row)
            for name in ("name", "mnemonic", "email", *phones, *match_keys.CODE_FIELDS):
                value[name] = str(value[name]) if value[name] else ""
            value["is_company"] = True
            value["customer_no"] = ""
            values.append(value)
        keys = [set(match_keys.build(value, phones)) for value in values]
        asked = list(set().union(*keys))
        self.flush_model()
        found = self.env.execute_query(
            SQL(
                """
                SELECT id FROM crm_registration
                 WHERE state = 'approved' AND protected_until >= %(today)s
                   AND company_id = ANY(%(companies)s)
                   AND (cardinality(%(asked)s::text[]) > 1000
                        OR string_to_array(match_keys, ' ') && %(asked)s::text[])
                """,
                today=fields.Date.context_today(self),
                companies=(company or self.env.companies).ids,
                asked=asked,
            )
        )
        # sudo: registrations of other teams are met without being read
        known = self.sudo().browse([row_id for (row_id,) in found])
        by_key = defaultdict(set)
        for registration in known:
            for key in (registration.match_keys or "").split():
                by_key[key].add(registration.id)
        results = []
        for value, row_keys in zip(values, keys, strict=True):
            ids = set().union(*(by_key.get(key, ()) for key in row_keys))
            met = known.browse(sorted(ids))
            results.append(
                met.filtered(lambda one, value=value: one._crm_is_same(value))
            )
        return results

    def _crm_is_same(self, row):
        """Return whether this is the company of a row (bool)."""
        own = contact_keys.credit_code(self.credit_code or "")
        code = match_keys.credit_code_of(row)
        if own and code:
            return own == code
        names = match_keys.names_of(row)
        mine = company_name.parse(self.name or "")
        likeness = max(
            (company_name.similarity(mine, name) for name in names), default=0
        )
        shared = set(contact_keys.phone_keys(self.phone or "")) & {
            key
            for name in match_keys.PHONE_FIELDS
            for key in contact_keys.phone_keys(row[name] or "")
        }
        return likeness >= 0.9 or (bool(shared) and likeness >= 0.5)

    @api.model
    def _crm_check_protected(self, rows):
        """Refuse customers that others have registered.

        :param list[dict] rows: values of new customers
        :raise ValidationError: names the team and the last day of the protection
        """
        # sudo: only whether there is any protection at all
        if not self.sudo().search_count([("state", "=", "approved")], limit=1):
            return
        for row, found in zip(rows, self._crm_find_registrations(rows), strict=True):
            owner_id = row.get("user_id") or self.env.uid
            others = found.filtered(lambda one, owner=owner_id: one.user_id.id != owner)
            mine = found - others
            if others and not mine:
                raise ValidationError(
                    self.env._(
                        "%(name)s cannot be entered. %(why)s.",
                        name=row.get("name") or "",
                        why=others[0].with_env(self.env).sudo()._crm_protection_text(),
                    )
                )

    @api.model
    def _crm_convert_own(self, partners):
        """Note that new customers are what their owners had registered.

        :param partners: res.partner records just made
        """
        # sudo: only whether there is any protection at all
        customers = partners.filtered("is_crm_customer")
        if not customers or not self.sudo().search_count(
            [("state", "=", "approved")], limit=1
        ):
            return
        names = ("name", "mnemonic", "email", *match_keys.CODE_FIELDS)
        names += tuple(customers._crm_phone_fields())
        # sudo: the owner of a new customer may be somebody else
        rows = [{name: one[name] for name in names} for one in customers.sudo()]
        found = self._crm_find_registrations(rows)
        for customer, registrations in zip(customers.sudo(), found, strict=True):
            own = registrations.filtered(
                lambda one, owner=customer.user_id: one.user_id == owner
            )
            own[:1]._crm_convert_to(customer)

    def _crm_convert_to(self, partner):
        """Note which customer a registration has become."""
        self._crm_workflow().write({"state": "converted", "partner_id": partner.id})

    @api.model
    def _cron_expire(self):
        """Let registrations expire after their last day of protection."""
        domain = [
            ("state", "=", "approved"),
            ("protected_until", "<", fields.Date.context_today(self)),
        ]
        due = self.search(domain)
        self.env["ir.cron"]._commit_progress(remaining=len(due))
        for registration in due:
            registration = registration.try_lock_for_update().filtered_domain(domain)
            if not registration:
                continue
            registration._crm_workflow().write({"state": "expired"})
            if not self.env["ir.cron"]._commit_progress(1):
                break
