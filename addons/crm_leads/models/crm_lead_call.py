from datetime import datetime

from odoo import api, models
from odoo.exceptions import AccessError, UserError

# fewer digits would list half the address book
MIN_DIGITS = 3
MAX_TEXT = 100
FOUND = 6


class CrmLead(models.Model):
    """The note of an incoming call: who calls, what about, what comes next."""

    _inherit = "crm.lead"

    @api.model
    def crm_call_lookup(self, text):
        """Return who may be calling, among the leads and customers in your sight.

        :param str text: a phone number or a part of it, a name or its initials
        :return: list of dicts, at most 12: ``model`` and ``id`` of a lead, customer or
            contact, ``name``, ``company``, ``phone``, ``owner`` (str)
        :raise AccessError: without a role in the CRM
        """
        self._crm_check_caller_role()
        text = str(text or "").strip()[:MAX_TEXT]
        digits = "".join(char for char in text if char.isdigit())
        is_phone = len(digits) >= len(text.replace(" ", "").replace("-", "")) - 1
        if not text or (is_phone and len(digits) < MIN_DIGITS):
            return []
        if is_phone and text.startswith("+86"):
            # as people save it
            digits = digits[2:]
        key = [("search_key", "ilike", digits if is_phone else text)]
        partners = self.env["res.partner"].search_fetch(
            [*key, ("crm_customer_id", "!=", False)],
            ["name", "phone", "mobile", "user_id", "crm_customer_id"],
            limit=FOUND,
        )
        leads = self.search_fetch(
            [*key, ("lead_state", "in", ["new", "working"])],
            ["name", "contact_name", "partner_name", "phone", "user_id"],
            limit=FOUND,
        )
        return [
            *(partner._crm_tell_caller() for partner in partners),
            *(lead._crm_tell_caller() for lead in leads),
        ]

    @api.model
    def crm_call_note(self, values):
        """Keep what was said in a call, with a caller who is known or new.

        :param dict values: ``content`` (str); of a known caller ``model``
            (``res.partner`` or ``crm.lead``) and ``id`` (int), of a new one ``phone``,
            ``contact_name``, ``partner_name`` (str) and ``intent_id`` (int); for the
            next contact ``next_plan_at`` (str, UTC)
        :return: dict with ``model`` and ``id`` of the lead or customer, ``is_new``
            (bool) and ``followup_id`` (int, False without content)
        :raise AccessError: the caller is out of your sight
        :raise UserError: neither phone nor name nor content
        """
        self._crm_check_caller_role()
        if not isinstance(values, dict):
            raise UserError(self.env._("Note who called and what about."))
        content = str(values.get("content") or "").strip()
        plan_at = self._crm_plan_time(values.get("next_plan_at"))
        record = self._crm_known_caller(values)
        if not record:
            record = self._crm_new_caller(values, content)
        elif not content:
            raise UserError(self.env._("Note what the call was about."))
        followup = self.env["crm.followup"]
        if content or plan_at:
            followup = followup.create(
                {
                    **self._crm_call_subject(record),
                    "method_id": self._crm_call_method().id,
                    "content": content,
                    "next_plan_at": plan_at,
                    "state": "done",
                }
            )
        return {
            "model": record._name,
            "id": record.id,
            "is_new": not values.get("id"),
            "followup_id": followup.id,
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_tell_caller(self):
        """Return this lead as somebody who may be calling (dict)."""
        return {
            "model": self._name,
            "id": self.id,
            "name": self.contact_name or self.name,
            "company": self.partner_name or "",
            "phone": self.phone or "",
            "owner": self.user_id.name or "",
        }

    @api.model
    def _crm_check_caller_role(self):
        if not self.env.user._crm_has_group("crm_base.group_salesperson"):
            raise AccessError(
                self.env._("Only salespeople and their superiors note calls.")
            )

    @api.model
    def _crm_plan_time(self, text):
        """Return the time (datetime) of the next contact, False for none."""
        if not text:
            return False
        try:
            return datetime.strptime(str(text)[:19], "%Y-%m-%d %H:%M:%S")
        except ValueError as error:
            raise UserError(self.env._("The time of the next contact is wrong.")) from (
                error
            )

    @api.model
    def _crm_known_caller(self, values):
        """Return the lead, customer or contact that was chosen, maybe none."""
        record_id = values.get("id")
        if not record_id:
            return self.browse()
        if values.get("model") not in ("crm.lead", "res.partner") or not isinstance(
            record_id, int
        ):
            raise UserError(self.env._("Choose who called."))
        record = self.env[values["model"]].browse(record_id).exists()
        record.check_access("read")
        if not record or (record._name == "res.partner" and not record.crm_customer_id):
            raise UserError(self.env._("Choose who called."))
        return record

    @api.model
    def _crm_new_caller(self, values, content):
        """Return the lead of a caller who is not known yet."""
        given = {
            name: str(values.get(name) or "").strip()[:MAX_TEXT]
            for name in ("phone", "contact_name", "partner_name")
        }
        if not any(given.values()):
            raise UserError(self.env._("Note who called: a phone number or a name."))
        who = given["contact_name"] or given["partner_name"] or given["phone"]
        about = content.splitlines()[0][:40] if content else ""
        vals = {
            **{name: text for name, text in given.items() if text},
            "type": "lead",
            "name": self.env._("Call from %(who)s", who=who)
            + (f"：{about}" if about else ""),
        }
        intent_id = values.get("intent_id")
        if intent_id and isinstance(intent_id, int):
            vals["intent_id"] = intent_id
        return self._crm_capturing("call").create(vals).with_env(self.env)

    @api.model
    def _crm_call_subject(self, record):
        """Return what the follow-up of a call hangs on, values (dict)."""
        if record._name == "crm.lead":
            return {
                "lead_id": record.id,
                "partner_id": record.partner_id.crm_customer_id.id,
            }
        customer = record.crm_customer_id
        return {
            "partner_id": customer.id,
            "contact_id": record.id if record != customer else False,
        }

    @api.model
    def _crm_call_method(self):
        """Return the method (crm.dictionary) of a call."""
        methods = self.env["crm.dictionary"]
        return methods.search(
            [("kind", "=", "followup_method"), ("code", "=", "phone")], limit=1
        ) or methods._crm_default("followup_method")
