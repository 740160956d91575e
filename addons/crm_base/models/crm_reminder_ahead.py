from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .crm_reminder_collect import HORIZON


class CrmReminder(models.Model):
    """Reminders of days off that come on the working day before, for whoever wants it.

    They are made with the earlier time. When their own time comes, the unique index
    knows them already.
    """

    _inherit = "crm.reminder"

    @api.model
    def _crm_collect(self, now=None):
        now = now or fields.Datetime.now()
        return super()._crm_collect(now) + self._crm_collect_ahead(now)

    @api.model
    def _crm_collect_ahead(self, now):
        """Make the reminders of the days off ahead, on the last day before them.

        :return: number of reminders made (int)
        """
        Workday = self.env["crm.workday"]
        people = self.env["res.users"].search(
            [
                ("crm_reminder_weekdays", "=", True),
                ("crm_reminder_shift", "=", "previous"),
                ("share", "=", False),
            ]
        )
        made = 0
        for (company, name), users in people.grouped(
            lambda user: (user.company_id, user.tz or "UTC")
        ).items():
            zone = pytz.timezone(name)
            today = pytz.utc.localize(now).astimezone(zone).date()
            tomorrow = today + timedelta(days=1)
            if not Workday._crm_is_working(company, today) or (
                Workday._crm_is_working(company, tomorrow)
            ):
                continue
            start, end = (
                zone.localize(datetime.combine(day, time()))
                .astimezone(pytz.utc)
                .replace(tzinfo=None)
                for day in (tomorrow, Workday._crm_add(company, today, 1))
            )
            made += self._crm_collect_days_off(users, name, today, start, end, now)
        return made

    @api.model
    def _crm_collect_days_off(self, users, zone, today, start, end, now):
        """Make the reminders of a range of days off for people of one time zone."""
        kinds = {kind.code: kind for kind in self.env["crm.reminder.kind"].search([])}
        made = 0
        for source in self._crm_reminder_sources():
            kind = kinds.get(source.kind)
            if not kind or source.model not in self.env:
                continue
            theirs = source._replace(
                domain=Domain(source.domain)
                & Domain(source.user_field, "in", users.ids)
            )
            for minutes in kind.lead_ids.mapped("minutes"):
                made += self._crm_insert(
                    SQL(
                        """
                        SELECT %(kind)s, early.user_id, NULL::integer, %(model)s,
                               early.id, early.partner_id, early.source_at,
                               early.due_at, early.at, %(minutes)s, FALSE
                          FROM (
                                SELECT found.*,
                                       (%(today)s::date
                                        + (found.remind_at AT TIME ZONE 'UTC'
                                           AT TIME ZONE %(zone)s)::time
                                       ) AT TIME ZONE %(zone)s
                                         AT TIME ZONE 'UTC' AS at
                                  FROM (%(found)s) found
                                 WHERE found.remind_at >= %(start)s
                                   AND found.remind_at < %(end)s
                                   AND found.user_id = ANY(%(users)s)
                               ) early
                         WHERE early.at <= %(soon)s
                        """,
                        kind=kind.id,
                        model=source.model,
                        minutes=minutes,
                        today=today,
                        zone=zone,
                        found=self._crm_source_query(theirs, kind, minutes, start, end),
                        start=start,
                        end=end,
                        users=users.ids,
                        soon=now + HORIZON,
                    )
                )
        return made
