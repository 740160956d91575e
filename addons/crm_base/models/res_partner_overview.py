from odoo import api, fields, models

TIMELINE_PAGE = 30


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
            ``label``, ``count``, ``model``, ``domain``, ``context``) and ``contacts``
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
            "contacts": self._crm_overview_contacts(),
        }

    @api.readonly
    def get_crm_timeline(self, before=False, kinds=False, limit=TIMELINE_PAGE):
        """Return a page of everything that happened with a customer, newest first.

        :param str before: only what is older than this time (UTC), from the page before
        :param list[str] kinds: limit to kinds of entries, False for all
        :param int limit: entries per page, at most 100
        :return: dict with ``entries`` (list of dicts ``kind``, ``date``, ``title``,
            ``text``, ``user``, ``icon``, ``model``, ``id``) and ``before`` (str, or
            False on the last page)
        :raise AccessError: when the customer is out of reach
        """
        self.ensure_one()
        self.check_access("read")
        limit = min(max(int(limit), 1), 100)
        before = fields.Datetime.to_datetime(before) or False
        entries = []
        for kind, read_entries in self._crm_timeline_sources().items():
            if not kinds or kind in kinds:
                entries += read_entries(before, limit + 1)
        entries.sort(key=lambda entry: (entry["date"], entry["id"]), reverse=True)
        page = entries[:limit]
        more = len(entries) > limit
        for entry in page:
            entry["date"] = fields.Datetime.to_string(entry["date"])
        return {"entries": page, "before": page[-1]["date"] if more else False}

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
        return [
            (
                "followups",
                self.env._("Follow-ups"),
                sum(counts.values()),
                self._crm_related_action(
                    self.env._("Follow-ups"), "crm.followup", [("state", "=", "done")]
                ),
            ),
            (
                "visits",
                self.env._("Visits"),
                counts.get(True, 0),
                self._crm_related_action(
                    self.env._("Visits"),
                    "crm.followup",
                    [("state", "=", "done"), ("is_visit", "=", True)],
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
            "level": self.customer_level_id.name or "",
            "type": self.customer_type_id.name or "",
            "source": self.source_id.name or "",
            "territory": self.territory_id.display_name or "",
            "industry": self.industry_id.name or "",
            "heat": self.heat_level_id.name or "",
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
            "website": self.website or "",
            "address": self.contact_address_inline or "",
            "shared_with": self.share_ids.user_id.mapped("name"),
            "is_favorite": self.is_favorite,
            "can_write": self.has_access("write"),
        }

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

    def _crm_timeline_followups(self, before, limit):
        domain = [("partner_id", "=", self.id), ("state", "!=", "planned")]
        if before:
            domain.append(("date", "<", before))
        states = dict(
            self.env["crm.followup"]._fields["state"]._description_selection(self.env)
        )
        return [
            {
                "kind": "followup",
                "date": followup.date or followup.create_date,
                "title": followup.name,
                "text": followup.content or followup.cancel_reason or "",
                "user": followup.user_id.name,
                "icon": "fa-map-marker" if followup.is_visit else "fa-comments-o",
                "badge": followup.method_id.name
                if followup.state == "done"
                else states[followup.state],
                "model": "crm.followup",
                "id": followup.id,
            }
            for followup in self.env["crm.followup"].search(domain, limit=limit)
        ]

    def _crm_timeline_moves(self, before, limit):
        domain = [("partner_id", "=", self.id)]
        if before:
            domain.append(("moved_at", "<", before))
        Move = self.env["crm.owner.move"]
        kinds = dict(Move._fields["kind"]._description_selection(self.env))
        return [
            {
                "kind": "owner",
                "date": move.moved_at,
                "title": kinds[move.kind],
                "text": " → ".join(
                    name
                    for name in (move.from_user_id.name, move.to_user_id.name)
                    if name
                )
                + (f"\n{move.reason}" if move.reason else ""),
                "user": move.actor_id.name,
                "icon": "fa-exchange",
                "badge": "",
                "model": "crm.owner.move",
                "id": move.id,
            }
            for move in Move.search(domain, limit=limit)
        ]

    def _crm_timeline_notes(self, before, limit):
        domain = [
            ("model", "=", "res.partner"),
            ("res_id", "=", self.id),
            ("message_type", "in", ("comment", "email", "email_outgoing")),
        ]
        if before:
            domain.append(("date", "<", before))
        return [
            {
                "kind": "note",
                "date": message.date,
                "title": message.subject or self.env._("Note"),
                "text": message.preview or "",
                "user": message.author_id.name or message.email_from or "",
                "icon": "fa-sticky-note-o",
                "badge": "",
                "model": "mail.message",
                "id": message.id,
            }
            for message in self.env["mail.message"].search(
                domain, order="date desc, id desc", limit=limit
            )
        ]
