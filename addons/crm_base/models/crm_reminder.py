from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

SCHEDULED, ACTIVE, DONE, WITHDRAWN = "scheduled", "active", "done", "withdrawn"

# what nobody looked at for so long pops up no more
POPUP_DAYS = timedelta(days=7)
POPUP_LIMIT = 50
SNOOZE_MAX = 60 * 24 * 31
NOTE_LENGTH = 500


class CrmReminder(models.Model):
    """Somebody to be reminded of something at a time: once, whatever happens.

    Rows are made by the scheduler from what the addons declare as sources (see
    ``crm_reminder_collect.py``) and by people for themselves. A row belongs to one
    person, who alone sees it. Nobody writes rows: methods do.
    """

    _name = "crm.reminder"
    _description = "Reminder"
    _order = "remind_at desc, id desc"
    _rec_name = "title"

    kind_id = fields.Many2one("crm.reminder.kind", required=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", "Person", required=True, ondelete="cascade", index=True
    )
    about_user_id = fields.Many2one(
        "res.users",
        "About",
        ondelete="cascade",
        help="Whose work is overdue, when a superior is told.",
    )
    res_model = fields.Char("Model", required=True)
    res_id = fields.Many2oneReference(
        string="Record", model_field="res_model", required=True
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", ondelete="cascade", index="btree_not_null"
    )
    title = fields.Char(compute="_compute_title")
    note = fields.Char("What For")
    source_at = fields.Datetime(
        "Date of the Record", required=True, help="As it was when this row was made."
    )
    due_at = fields.Datetime("Due", required=True)
    remind_at = fields.Datetime("Remind On", required=True)
    minutes = fields.Integer("Minutes Before")
    is_escalation = fields.Boolean("Told to a Superior")
    state = fields.Selection(
        [
            (SCHEDULED, "Scheduled"),
            (ACTIVE, "Reminded"),
            (DONE, "Seen"),
            (WITHDRAWN, "Withdrawn"),
        ],
        required=True,
        default=SCHEDULED,
    )
    snoozed_until = fields.Datetime()
    delivery_ids = fields.One2many("crm.reminder.delivery", "reminder_id", "Channels")

    # a person's own reminders have a note and may repeat; all others are made once
    _once_uniq = models.UniqueIndex(
        "(res_model, res_id, kind_id, user_id, source_at, minutes)"
        " WHERE note IS NULL AND is_escalation IS NOT TRUE"
    )
    _once_escalated_uniq = models.UniqueIndex(
        "(res_model, res_id, kind_id, user_id, source_at) WHERE is_escalation"
    )
    _scheduled_idx = models.Index("(remind_at) WHERE state = 'scheduled'")
    _user_active_idx = models.Index("(user_id, remind_at DESC) WHERE state = 'active'")
    _record_idx = models.Index(
        "(res_model, res_id) WHERE state IN ('scheduled', 'active')"
    )
    _remind_at_idx = models.Index("(remind_at)")

    @api.depends("note", "res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_title(self):
        for model, reminders in self.grouped("res_model").items():
            records = (
                self.env[model].browse(reminders.mapped("res_id"))
                if model in self.env
                else self.env["crm.reminder"]
            )
            readable = records.exists()._filtered_access("read")
            names = {record.id: record.display_name for record in readable}
            for reminder in reminders:
                name = names.get(reminder.res_id, "")
                reminder.title = " · ".join(filter(None, (reminder.note, name)))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def get_popups(self):
        """Return what the web client shows to the current user, now and soon.

        :return: list of dicts, most urgent first: ``id``, ``kind`` (name), ``code`` of
            the kind, ``title``, ``about`` (whose work is overdue),
            ``due_at`` (UTC), ``is_overdue`` and ``wait`` (seconds until it is shown, 0
            for at once)
        """
        now = fields.Datetime.now()
        # sudo: whether a reminder was sent is written in its deliveries
        found = self.sudo().search(
            [
                ("user_id", "=", self.env.uid),
                ("state", "=", ACTIVE),
                ("remind_at", ">", now - POPUP_DAYS),
                (
                    "delivery_ids",
                    "any",
                    [("channel", "=", "popup"), ("state", "=", "sent")],
                ),
            ],
            limit=POPUP_LIMIT,
        )
        found = found._crm_keep_valid()
        shows = {
            delivery.reminder_id.id: delivery.send_at
            for delivery in found.delivery_ids
            if delivery.channel == "popup"
        }
        result = []
        snoozed = {reminder.id: reminder.snoozed_until for reminder in found}
        for reminder in found.with_env(self.env):
            at = max(filter(None, (shows[reminder.id], snoozed[reminder.id])))
            result.append(
                {
                    "id": reminder.id,
                    "kind": reminder.kind_id.name,
                    "code": reminder.kind_id.code,
                    "title": reminder.title,
                    # sudo: the name of a colleague
                    "about": reminder.about_user_id.sudo().name or "",
                    "due_at": fields.Datetime.to_string(reminder.due_at),
                    "is_overdue": reminder.due_at < now,
                    "wait": max(0, int((at - now).total_seconds())),
                }
            )
        return sorted(result, key=lambda popup: (popup["wait"], popup["due_at"]))

    def action_done(self):
        """Take note of reminders of one's own; they are shown no more.

        :return: True
        :raise AccessError: when one of them is somebody else's
        """
        own = self._crm_own()
        own.write({"state": DONE, "snoozed_until": False})
        own._crm_stop_deliveries()
        self._crm_tell_screens()
        return True

    def action_snooze(self, minutes=10):
        """Let reminders of one's own come back later.

        :param int minutes: from now on, at most 31 days
        :return: True
        :raise AccessError: when one of them is somebody else's
        :raise UserError: when the time makes no sense
        """
        if (
            not isinstance(minutes, int)
            or isinstance(minutes, bool)
            or not 1 <= minutes <= SNOOZE_MAX
        ):
            raise UserError(self.env._("A reminder comes back within 31 days."))
        until = fields.Datetime.now() + timedelta(minutes=minutes)
        own = self._crm_own()
        own.filtered(lambda reminder: reminder.state != SCHEDULED).write(
            {"state": ACTIVE, "snoozed_until": until}
        )
        self._crm_tell_screens()
        return True

    def action_open(self):
        """Open what a reminder is about, and take note of it.

        :return: the action (dict)
        :raise UserError: when it was deleted or is out of reach by now
        """
        self.ensure_one()
        self.action_done()
        record = self._crm_record()
        if not record or not record.exists() or not record.has_access("read"):
            raise UserError(
                self.env._("What this reminder is about was deleted or moved away.")
            )
        if record._name == "res.partner" and record.crm_customer_id:
            return record.action_open_overview()
        return record.get_formview_action()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_own(self):
        """Return ``self`` opened for the methods, after checking whose it is."""
        # sudo: nobody has the right to write; the person is checked here
        own = self.sudo()
        if any(reminder.user_id != self.env.user for reminder in own):
            raise AccessError(self.env._("These reminders are somebody else's."))
        return own

    def _crm_record(self):
        """Return the record that a click on this reminder opens."""
        self.ensure_one()
        if self.res_model not in self.env:
            return None
        record = self.env[self.res_model].browse(self.res_id)
        source = self._crm_source_map().get((self.kind_id.code, self.res_model))
        if source and source.opens:
            # sudo: whether the user may open it is asked of what is opened
            record = record.sudo()[source.opens].sudo(False)
        return record

    def _crm_tell_screens(self):
        """Let the screens of these people ask again for what to show."""
        # sudo: signals go to the person in question
        for user in self.sudo().user_id:
            user._bus_send("crm_reminder/changed", {})

    @api.model
    def _crm_source_map(self):
        """Return the sources, a dict of (kind's code, model) to ReminderSource."""
        return {
            (source.kind, source.model): source
            for source in self._crm_reminder_sources()
        }

    @api.model
    def _crm_create_personal(self, record, at, note, partner=None):
        """Remind the current user of a record.

        :param record: a record that the user reads
        :param datetime at: when, in UTC
        :param str note: what for
        :param partner: the customer
        :return: the reminder
        :raise UserError: no note, or a time that has passed
        """
        record.check_access("read")
        note = (note or "").strip()[:NOTE_LENGTH]
        if not note:
            raise UserError(self.env._("Write what you want to be reminded of."))
        if at < fields.Datetime.now():
            raise UserError(self.env._("Choose a time that is still to come."))
        # sudo: nobody has the right to create rows; the record was checked above
        reminder = self.sudo().create(
            {
                "kind_id": self.env.ref("crm_base.reminder_kind_personal").id,
                "user_id": self.env.uid,
                "res_model": record._name,
                "res_id": record.id,
                "partner_id": partner.id if partner else False,
                "note": note,
                "source_at": at,
                "due_at": at,
                "remind_at": at,
            }
        )
        return reminder.with_env(self.env)

    # ------------------------------------------------------------
    # WITHDRAWING
    # ------------------------------------------------------------

    def _crm_keep_valid(self):
        """Withdraw what is no longer true; return the rest.

        A constant number of queries for each kind, whatever the number of reminders.
        """
        valid = self._crm_valid()
        (self - valid)._crm_withdraw()
        return valid

    def _crm_withdraw(self):
        """Take back reminders, with whatever was not sent yet."""
        if self:
            self.write({"state": WITHDRAWN})
            self._crm_stop_deliveries()

    def _crm_stop_deliveries(self):
        """Send no more of what is on its way."""
        # sudo: deliveries belong to the scheduler
        self.env["crm.reminder.delivery"].sudo().search(
            [("reminder_id", "in", self.ids), ("state", "=", "pending")]
        ).write({"state": "withdrawn"})

    def _crm_valid(self):
        """Return the reminders whose record is still open, at its date and theirs."""
        sources = self._crm_source_map()
        valid = self.browse()
        for (kind, model), reminders in self.grouped(
            lambda reminder: (reminder.kind_id, reminder.res_model)
        ).items():
            if model not in self.env:
                continue
            source = sources.get((kind.code, model))
            if not source:
                if kind.code in ("personal", "digest"):
                    existing = set(
                        self.env[model].browse(reminders.mapped("res_id")).exists().ids
                    )
                    valid |= reminders.filtered(lambda r, e=existing: r.res_id in e)
                continue
            facts = self._crm_source_facts(source, reminders.mapped("res_id"))
            valid |= reminders.filtered(
                lambda reminder, facts=facts: reminder._crm_agrees(facts)
            )
        return self & valid

    def _crm_agrees(self, facts):
        """Return whether this reminder agrees with what its record says now."""
        at, user_ids = facts.get(self.res_id, (None, ()))
        return (
            at == self.source_at and (self.about_user_id or self.user_id).id in user_ids
        )

    @api.model
    def _crm_source_facts(self, source, ids):
        """Return a dict of record's id to its date (datetime) and people (ids)."""
        # sudo: the scheduler works for everybody
        records = (
            self.env[source.model]
            .sudo()
            .search(Domain(source.domain) & Domain("id", "in", list(set(ids))))
        )
        facts = {}
        for record in records:
            at = record[source.date_field]
            if at and not isinstance(at, datetime):
                at = datetime.combine(at, time())
            facts[record.id] = (at, set(record[source.user_field].ids))
        return facts

    @api.model
    def _crm_recheck(self, model, ids):
        """Withdraw at the end of the transaction what these records no longer mean.

        Called by models whose dates change often, so that open screens drop a pop-up at
        once; everything else is checked when it is sent or shown.

        :param str model: technical name of the model
        :param Iterable[int] ids: the records that changed or vanished
        """
        data = self.env.cr.precommit.data
        waiting = data.setdefault("crm_reminder.recheck", {})
        if not waiting:
            # sudo: the reminders of everybody concerned
            self.env.cr.precommit.add(self.sudo()._crm_run_recheck)
        waiting.setdefault(model, set()).update(ids)

    @api.model
    def _crm_run_recheck(self):
        waiting = self.env.cr.precommit.data.pop("crm_reminder.recheck", {})
        for model, ids in waiting.items():
            reminders = self.search(
                [
                    ("res_model", "=", model),
                    ("res_id", "in", list(ids)),
                    ("state", "in", (SCHEDULED, ACTIVE)),
                ]
            )
            stale = reminders - reminders._crm_valid()
            stale._crm_withdraw()
            stale._crm_tell_screens()

    @api.autovacuum
    def _gc_reminders(self):
        """Forget reminders after three months; those still to come stay."""
        old = self.search(
            [("remind_at", "<", "today -90d"), ("state", "!=", SCHEDULED)], limit=10000
        )
        old.unlink()
        return len(old), len(old) == 10000
