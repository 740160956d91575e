from datetime import datetime
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..tools.arguments import as_number

TIMELINE_PAGE = 30


class TimelineMark(NamedTuple):
    """Where a page of the timeline ended: the last entry shown.

    Entries of the same second are ordered by kind and id, so that a page that ends
    among them loses and repeats none.
    """

    date: datetime
    kind: str
    id: int

    @classmethod
    def parse(cls, text):
        """Return the mark (TimelineMark) that ``str()`` made.

        :raise ValueError: when it was not made by it
        """
        date, kind, record_id = text.split("|")
        return cls(fields.Datetime.to_datetime(date), kind, int(record_id))

    def __str__(self):
        return f"{fields.Datetime.to_string(self.date)}|{self.kind}|{self.id}"

    def domain(self, kind, date_field):
        """Return the domain of the entries of a kind that come after this mark."""
        older = Domain(date_field, "<", self.date)
        same = Domain(date_field, "=", self.date)
        if kind < self.kind:
            return older | same
        if kind == self.kind:
            return older | (same & Domain("id", "<", self.id))
        return older


class ResPartner(models.Model):
    """The 360° view: one page that says everything about a customer.

    Optional addons fill it through three hooks, each called once per page whatever the
    length of the history, so that the number of queries stays constant.
    """

    _inherit = "res.partner"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_overview(self):
        """Open the 360° view of this customer; return the action (dict)."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "crm_base.customer_overview",
            "name": self.display_name,
            "context": {"active_id": self.crm_customer_id.id or self.id},
            "params": {"partner_id": self.crm_customer_id.id or self.id},
        }

    @api.readonly
    def get_crm_overview(self):
        """Return what the 360° view shows above its timeline.

        :return: dict with ``header`` (dict), ``totals`` (list of dicts ``code``,
            ``label``, ``amount``, ``action``), ``tabs`` (list of dicts ``code``,
            ``label``, ``count``, ``model``, ``domain``, ``context``), ``kinds`` of the
            timeline (list of dicts ``code``, ``label``), ``plans`` still open and
            ``contacts``
        :raise AccessError: when the customer is out of reach
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "header": self._crm_overview_header(),
            "totals": [
                {"code": code, "label": label, "amount": amount, "action": action}
                for code, label, amount, action in self._crm_customer_totals()
            ],
            "tabs": self._crm_customer_tabs(),
            "kinds": [
                {"code": code, "label": label}
                for code, label in self._crm_timeline_kinds().items()
            ],
            "plans": self._crm_overview_plans(),
            "contacts": self._crm_overview_contacts(),
        }

    @api.readonly
    def get_crm_timeline(self, before=False, kinds=False, limit=TIMELINE_PAGE):
        """Return a page of everything that happened with a customer, newest first.

        :param str before: the mark from the page before, False for the first page
        :param list[str] kinds: limit to kinds of entries, False for all
        :param int limit: entries per page, at most 100
        :return: dict with ``entries`` (list of dicts ``kind``, ``date``, ``title``,
            ``text``, ``user``, ``icon``, ``badge``, ``model``, ``id``; follow-ups also
            have ``review`` and ``reviewer``) and ``before`` (str: the mark to ask for
            the next page with; False on the last page)
        :raise AccessError: when the customer is out of reach
        :raise UserError: when the mark is not one of this method's
        """
        self.ensure_one()
        self.check_access("read")
        limit = min(max(int(as_number(limit) or TIMELINE_PAGE), 1), 100)
        try:
            mark = TimelineMark.parse(before) if before else None
        except (ValueError, AttributeError) as error:
            raise UserError(self.env._("This is not a mark of a timeline.")) from error
        entries = []
        for kind, read_entries in self._crm_timeline_sources().items():
            if not isinstance(kinds, (list, tuple)) or not kinds or kind in kinds:
                entries += read_entries(mark, limit + 1)
        entries.sort(
            key=lambda entry: (entry["date"], entry["kind"], entry["id"]), reverse=True
        )
        page = entries[:limit]
        following = False
        if len(entries) > limit:
            last = page[-1]
            following = str(TimelineMark(last["date"], last["kind"], last["id"]))
        for entry in page:
            entry["date"] = fields.Datetime.to_string(entry["date"])
        return {"entries": page, "before": following}

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    def _crm_customer_totals(self):
        """Hook: return a list of (code, label, amount, action) for one customer.

        ``amount`` is an int, or a str already formatted with its currency; ``action``
        is the dict of an action or False. Call ``super()`` first and append.
        """
        self.ensure_one()
        done = self.env["crm.followup"]._read_group(
            [("partner_id", "=", self.id), ("state", "=", "done")],
            ["is_visit"],
            ["__count"],
        )
        counts = dict(done)
        # Named before the tuples: Odoo takes a tuple that follows a translated text
        # for terms to translate.
        followups, visits = self.env._("Follow-ups"), self.env._("Visits")
        domain = [("state", "=", "done")]
        return [
            (
                "followups",
                followups,
                sum(counts.values()),
                self._crm_related_action(followups, "crm.followup", domain),
            ),
            (
                "visits",
                visits,
                counts.get(True, 0),
                self._crm_related_action(
                    visits, "crm.followup", [*domain, ("is_visit", "=", True)]
                ),
            ),
        ]

    def _crm_customer_tabs(self):
        """Hook: return the tabs of one customer, a list of dicts.

        Keys: ``code``, ``label``, ``count``, ``model``, ``domain`` and ``context`` of
        the list that the tab opens. Call ``super()`` first and append.
        """
        self.ensure_one()
        return [
            {
                "code": "followups",
                "label": self.env._("Follow-ups"),
                "count": self.followup_count,
                "model": "crm.followup",
                "domain": [("partner_id", "=", self.id)],
                "context": {"default_partner_id": self.id},
            },
        ]

    def _crm_timeline_kinds(self):
        """Hook: return a dict of kind to its name in the user's language.

        One per kind of :meth:`_crm_timeline_sources`, in the order of the filter chips.
        Call ``super()`` first and append.
        """
        return {
            "followup": self.env._("Follow-ups"),
            "owner": self.env._("Ownership"),
            "note": self.env._("Notes and Emails"),
        }

    def _crm_timeline_sources(self):
        """Hook: return a dict of kind to ``read_entries(before, limit)``.

        Each function returns at most ``limit`` entries older than ``before`` (datetime
        or False) in one query, newest first, readable by the current user.
        """
        self.ensure_one()
        return {
            "followup": self._crm_timeline_followups,
            "owner": self._crm_timeline_moves,
            "note": self._crm_timeline_notes,
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_related_action(self, name, model, domain):
        """Return the action (dict) that lists records of this customer."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "list"), (False, "form")],
            "domain": [("partner_id", "=", self.id), *domain],
            "context": {"default_partner_id": self.id},
        }

    def _crm_overview_header(self):
        owner = self.user_id
        return {
            "id": self.id,
            "name": self.name,
            "is_company": self.is_company,
            "customer_no": self.customer_no or "",
            "mnemonic": self.mnemonic or "",
            "stage": self.customer_stage_id.name or "",
            "stage_color": self.customer_stage_id.color,
            "level": self.customer_level_id.name or "",
            "level_color": self.customer_level_id.color,
            "type": self.customer_type_id.name or "",
            "source": self.source_id.name or "",
            "territory": self.territory_id.display_name or "",
            "industry": self.industry_id.name or "",
            "heat": self.heat_level_id.name or "",
            "heat_color": self.heat_level_id.color,
            "tags": [
                {"name": tag.name, "color": tag.color} for tag in self.category_id
            ],
            "owner": {"id": owner.id, "name": owner.name or ""},
            "owner_since": fields.Datetime.to_string(self.owner_since) or False,
            "last_followup_at": fields.Datetime.to_string(self.last_followup_at)
            or False,
            "next_followup_at": fields.Datetime.to_string(self.next_followup_at)
            or False,
            "phone": self.phone or "",
            "mobile": self.mobile or "",
            "email": self.email or "",
            "website": self._crm_safe_website(),
            "address": " ".join(self._display_address(without_company=True).split()),
            "shared_with": self.share_ids.user_id.mapped("name"),
            "is_favorite": self.is_favorite,
            "can_write": self.has_access("write"),
        }

    def _crm_safe_website(self):
        """Return the website (str) if it is a web address, else ""; never a script."""
        website = (self.website or "").strip()
        return website if website.lower().startswith(("http://", "https://")) else ""

    def _crm_overview_plans(self):
        plans = self.env["crm.followup"].search(
            [("partner_id", "=", self.id), ("state", "=", "planned")],
            order="planned_at, id",
            limit=10,
        )
        return [
            {
                "id": plan.id,
                "name": plan.name,
                "planned_at": fields.Datetime.to_string(plan.planned_at) or False,
                "is_overdue": plan.is_overdue,
                "method": plan.method_id.name,
                "user": plan.user_id.name,
                "can_write": plan.crm_can_write,
            }
            for plan in plans
        ]

    def _crm_overview_contacts(self):
        contacts = self.search(
            [("crm_customer_id", "=", self.id), ("id", "!=", self.id)], limit=50
        )
        return [
            {
                "id": contact.id,
                "name": contact.name or contact.display_name,
                "function": contact.function or "",
                "role": contact.decision_role_id.name or "",
                "phone": contact.phone or "",
                "mobile": contact.mobile or "",
                "email": contact.email or "",
                "wechat": contact.wechat or "",
            }
            for contact in contacts
        ]

    def _crm_timeline_search(self, model, domain, date_field, kind, mark, limit):
        """Return the records of one kind for a page of the timeline.

        :param str model: technical name of the model
        :param domain: domain of the customer's records
        :param str date_field: the date that places a record in the timeline
        :param str kind: the kind of the entries
        :param TimelineMark mark: where the page before ended, or None
        :param int limit: at most this many
        """
        domain = Domain(domain) & Domain(date_field, "!=", False)
        if mark:
            domain &= mark.domain(kind, date_field)
        return self.env[model].search(
            domain, order=f"{date_field} desc, id desc", limit=limit
        )

    def _crm_timeline_entry(self, kind, record, **more):
        """Return an entry (dict) of the timeline.

        :param str kind: the kind of the entry
        :param record: what it tells of
        :param more: ``date``, ``title``, ``user``, ``icon``, and what else is not empty
        """
        return {
            "kind": kind,
            "model": record._name,
            "id": record.id,
            "text": "",
            "badge": "",
            **more,
        }

    def _crm_timeline_followups(self, mark, limit):
        followups = self._crm_timeline_search(
            "crm.followup",
            [("partner_id", "=", self.id), ("state", "!=", "planned")],
            "date",
            "followup",
            mark,
            limit,
        )
        states = dict(followups._fields["state"]._description_selection(self.env))
        return [
            self._crm_timeline_entry(
                "followup",
                followup,
                date=followup.date,
                title=followup.name,
                text=followup.content or followup.cancel_reason or "",
                review=followup.review or "",
                reviewer=followup.reviewer_id.name or "",
                user=followup.user_id.name,
                icon="fa-map-marker" if followup.is_visit else "fa-comments-o",
                badge=followup.method_id.name
                if followup.state == "done"
                else states[followup.state],
            )
            for followup in followups
        ]

    def _crm_timeline_moves(self, mark, limit):
        moves = self._crm_timeline_search(
            "crm.owner.move",
            [("partner_id", "=", self.id)],
            "moved_at",
            "owner",
            mark,
            limit,
        )
        kinds = dict(moves._fields["kind"]._description_selection(self.env))
        return [
            self._crm_timeline_entry(
                "owner",
                move,
                date=move.moved_at,
                title=kinds[move.kind],
                text=" → ".join(
                    name
                    for name in (move.from_user_id.name, move.to_user_id.name)
                    if name
                )
                + (f"\n{move.reason}" if move.reason else ""),
                user=move.actor_id.name,
                icon="fa-exchange",
            )
            for move in moves
        ]

    def _crm_timeline_notes(self, mark, limit):
        messages = self._crm_timeline_search(
            "mail.message",
            [
                ("model", "=", "res.partner"),
                ("res_id", "=", self.id),
                ("message_type", "in", ("comment", "email", "email_outgoing")),
            ],
            "date",
            "note",
            mark,
            limit,
        )
        return [
            self._crm_timeline_entry(
                "note",
                message,
                date=message.date,
                title=message.subject or self.env._("Note"),
                text=message.preview or "",
                user=message.author_id.name or message.email_from or "",
                icon="fa-sticky-note-o",
            )
            for message in messages
        ]
