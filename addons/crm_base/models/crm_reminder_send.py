import logging
from collections import defaultdict
from datetime import datetime, time, timedelta

import pytz
from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date, format_datetime

from .crm_reminder import ACTIVE
from .crm_reminder_collect import HORIZON
from .crm_reminder_delivery import MAX_ATTEMPTS, RETRY_FIRST

_logger = logging.getLogger(__name__)

PREPARE_BATCH = 1000
# people of whom a batch takes everything that waits, so that one message can tell it
PEOPLE_BATCH = 50
AGENDA_LIMIT = 20
AGENDA_PAST = timedelta(days=30)


class CrmReminder(models.Model):
    """Sending: each reminder through each channel once.

    A batch locks what it takes (``FOR UPDATE SKIP LOCKED``), hands it to the channels
    and marks it as sent in one transaction of its own. A process that is killed leaves
    nothing half done, and a second scheduler passes over what the first one holds.
    """

    _inherit = "crm.reminder"

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    @api.model
    def _crm_reminder_channels(self):
        """Hook: return how people are reached, a dict of channel's code to method.

        A method is called with the user and the reminders to tell, in the environment
        of that user. It must do nothing outside of the database (put a message into an
        outbox instead), so that it happens exactly once with the transaction; what it
        raises is tried again later. It may return values (dict) for the deliveries.
        Call ``super()`` first and add yours.
        """
        return {"popup": self._crm_send_popup, "email": self._crm_send_email}

    # ------------------------------------------------------------
    # SCHEDULER
    # ------------------------------------------------------------

    @api.model
    def _cron_remind(self):
        """Make, prepare and send what is due; called every minute."""
        self._crm_transaction("_crm_collect")
        for step in ("_crm_prepare", "_crm_deliver", "_crm_retry_mails"):
            while self._crm_transaction(step):
                if not self.env["ir.cron"]._commit_progress(1):
                    return

    @api.model
    def _crm_transaction(self, step):
        """Take a step in a transaction of its own; return what it returns.

        When another scheduler got in between, its result is what counts: the step
        begins anew, on what is left.
        """
        for _attempt in range(5):
            try:
                with self.env.registry.cursor() as cr:
                    env = api.Environment(cr, self.env.uid, dict(self.env.context))
                    result = getattr(env[self._name], step)()
                    env.flush_all()
                    return result
            except SerializationFailure:
                _logger.info("another scheduler was faster at %s", step)
        return 0

    @api.model
    def _crm_prepare(self, now=None):
        """Decide through which channels, and when, the next reminders go.

        :return: number of reminders prepared (int)
        """
        now = now or fields.Datetime.now()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM crm_reminder
                 WHERE state = 'scheduled' AND remind_at <= %s
                 ORDER BY remind_at
                 LIMIT %s
                   FOR UPDATE SKIP LOCKED
                """,
                now + HORIZON,
                PREPARE_BATCH,
            )
        )
        reminders = self.browse(row[0] for row in rows)._crm_keep_valid()
        chosen = self._crm_chosen_channels(reminders)
        deliveries = []
        for reminder in reminders:
            user = reminder.user_id
            for channel in chosen[user.id, reminder.kind_id.id]:
                if (
                    channel == "email"
                    and user.crm_reminder_digest
                    and reminder.kind_id.code not in ("digest", "personal")
                ):
                    # the morning mail tells it
                    continue
                deliveries.append(
                    {
                        "reminder_id": reminder.id,
                        "user_id": user.id,
                        "channel": channel,
                        "send_at": reminder._crm_send_time(
                            max(reminder.remind_at, now)
                        ),
                    }
                )
        self.env["crm.reminder.delivery"].create(deliveries)
        reminders.write({"state": ACTIVE})
        return len(rows)

    @api.model
    def _crm_chosen_channels(self, reminders):
        """Return a dict of (user, kind) ids to codes of channels (list of str)."""
        codes = self._crm_reminder_channels()
        usable = set(
            self.env["crm.reminder.channel"].search([("code", "in", list(codes))])
        )
        preferences = self.env["crm.reminder.preference"].search(
            [("user_id", "in", reminders.user_id.ids)]
        )
        own = {(row.user_id.id, row.kind_id.id): row.channel_ids for row in preferences}
        chosen = {}
        for reminder in reminders:
            key = (reminder.user_id.id, reminder.kind_id.id)
            if key not in chosen:
                wanted = own.get(key, reminder.kind_id.channel_ids)
                chosen[key] = [one.code for one in wanted if one in usable]
        return chosen

    def _crm_send_time(self, at):
        """Return when to send (datetime, UTC): ``at``, or after the person's rest."""
        self.ensure_one()
        if self.kind_id.code in ("personal", "digest"):
            # the person chose the minute
            return at
        return self.user_id._crm_after_rest(at)

    @api.model
    def _crm_deliver(self, now=None):
        """Send what is due to the next people, each with all that waits for them.

        :return: number of deliveries dealt with (int)
        """
        now = now or fields.Datetime.now()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id FROM crm_reminder_delivery
                 WHERE state = 'pending' AND send_at <= %(soon)s
                   AND (send_at <= %(now)s OR channel = 'popup')
                   AND user_id IN (
                        SELECT user_id FROM crm_reminder_delivery
                         WHERE state = 'pending' AND send_at <= %(soon)s
                           AND (send_at <= %(now)s OR channel = 'popup')
                         GROUP BY user_id
                         ORDER BY min(send_at)
                         LIMIT %(people)s
                       )
                   FOR UPDATE SKIP LOCKED
                """,
                soon=now + HORIZON,
                now=now,
                people=PEOPLE_BATCH,
            )
        )
        deliveries = self.env["crm.reminder.delivery"].browse(row[0] for row in rows)
        reminders = deliveries.reminder_id
        reminders._crm_keep_valid()
        waiting = deliveries.filtered(lambda delivery: delivery.state == "pending")
        for (user, channel), theirs in waiting.grouped(
            lambda delivery: (delivery.user_id, delivery.channel)
        ).items():
            theirs._crm_send(user, channel, now)
        return len(rows)

    @api.model
    def _crm_retry_mails(self, now=None):
        """Send e-mails again that could not be sent, later each time, then give up.

        :return: number of e-mails dealt with (int)
        """
        now = now or fields.Datetime.now()
        Delivery = self.env["crm.reminder.delivery"]
        failed = Delivery.search(
            [("state", "=", "sent"), ("mail_id.state", "=", "exception")], limit=500
        )
        due = failed.filtered(
            lambda delivery: (
                delivery.send_at + RETRY_FIRST * 2**delivery.attempts <= now
            )
        ).try_lock_for_update()
        for mail, deliveries in due.grouped("mail_id").items():
            if deliveries[0].attempts + 1 < MAX_ATTEMPTS:
                mail.mark_outgoing()
                deliveries.write(
                    {"attempts": deliveries[0].attempts + 1, "send_at": now}
                )
            else:
                deliveries.write({"state": "failed", "error": mail.failure_reason})
        if due:
            self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
        return len(due)

    # ------------------------------------------------------------
    # CHANNELS
    # ------------------------------------------------------------

    def _crm_send_popup(self, user, reminders):
        """Tell the screens of a user, open now or later, to show what waits."""
        user._bus_send("crm_reminder/changed", {})
        return {}

    def _crm_send_email(self, user, reminders):
        """Put an e-mail into the outbox: one for a few reminders, one for many."""
        if not user.email:
            return {"state": "failed", "error": self.env._("No e-mail address")}
        digest = reminders.filtered(lambda reminder: reminder.kind_id.code == "digest")
        groups = reminders._crm_lines()
        title = self.env._("%(count)s reminders", count=len(reminders))
        if digest:
            groups = self._crm_agenda(user)
            if not groups:
                return {}
            title = self.env._(
                "Your day: %(date)s",
                date=format_date(self.env, fields.Date.context_today(self)),
            )
        elif len(reminders) == 1:
            title = f"{reminders.kind_id.name}: {reminders.title}"
        # sudo: the outbox is the system's
        mail = (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": title,
                    "body_html": self.env["ir.qweb"]._render(
                        "crm_base.crm_reminder_mail",
                        {"title": title, "groups": groups, "user": user},
                    ),
                    "email_to": user.email_formatted,
                    "email_from": user.company_id.email_formatted
                    or user.company_id.partner_id.email_formatted
                    or self.env.ref("base.user_root").email_formatted,
                    "auto_delete": True,
                }
            )
        )
        # sudo: as above
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return {"mail_id": mail.id}

    # ------------------------------------------------------------
    # WHAT IS TOLD
    # ------------------------------------------------------------

    def _crm_lines(self):
        """Return what to tell, a list of (kind's name, lines) in the user's language.

        A line is a dict with ``title``, ``when`` (text), ``about`` (the colleague, for
        superiors), ``url`` and ``is_overdue``.
        """
        now = fields.Datetime.now()
        base = self[:1].get_base_url() if self else ""
        groups = []
        for kind, reminders in self.grouped("kind_id").items():
            lines = [
                {
                    "title": reminder.title,
                    # sudo: the name of a colleague
                    "about": reminder.about_user_id.sudo().name or "",
                    "when": format_datetime(
                        self.env, reminder.due_at, dt_format="short"
                    ),
                    "url": f"{base}/odoo/{reminder.res_model}/{reminder.res_id}",
                    "is_overdue": reminder.due_at < now,
                }
                for reminder in reminders.sorted("due_at")
            ]
            groups.append((kind.name, lines))
        return groups

    @api.model
    def _crm_agenda(self, user):
        """Return what a person has to do today and is late with, as ``_crm_lines``."""
        zone = pytz.timezone(user.tz or "UTC")
        today = datetime.now(zone).date()
        end = zone.localize(datetime.combine(today + timedelta(days=1), time()))
        end = end.astimezone(pytz.utc).replace(tzinfo=None)
        now = fields.Datetime.now()
        base = user.get_base_url()
        # sudo: the names of the kinds
        kinds = {
            kind.code: kind.name
            for kind in self.env["crm.reminder.kind"].sudo().search([])
        }
        groups = defaultdict(list)
        for source in self._crm_reminder_sources():
            Model = self.env[source.model]
            is_listed = source.on_agenda and source.kind in kinds
            if not is_listed or not Model.has_access("read"):
                continue
            field = Model._fields[source.date_field]
            is_date = field.type == "date"
            domain = Domain(source.domain) & Domain(source.user_field, "in", user.ids)
            domain &= (
                Domain(source.date_field, "=", today)
                if is_date
                else Domain(source.date_field, "<", end)
                & Domain(source.date_field, ">=", now - AGENDA_PAST)
            )
            records = Model.search(
                domain, order=f"{source.date_field}, id", limit=AGENDA_LIMIT
            )
            for record in records:
                at = record[source.date_field]
                groups[kinds[source.kind]].append(
                    {
                        "title": record.display_name,
                        "about": "",
                        "when": format_date(self.env, at)
                        if is_date
                        else format_datetime(self.env, at, dt_format="short"),
                        "url": f"{base}/odoo/{record._name}/{record.id}",
                        "is_overdue": not is_date and at < now,
                    }
                )
        return list(groups.items())
