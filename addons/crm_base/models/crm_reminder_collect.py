from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.reminder import ReminderSource

# rows are made so long before their time, for pop-ups that appear on the minute
HORIZON = timedelta(minutes=5)
# what lies further back when the scheduler comes (again) is not mentioned any more
LATE = timedelta(days=3)
# a column of dates knows no time zone: look so much further, and sort out exactly
ZONES = timedelta(days=1)


class CrmReminder(models.Model):
    """Who has to be reminded of what: one statement for each source and time."""

    _inherit = "crm.reminder"

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    @api.model
    def _crm_reminder_sources(self):
        """Hook: return what people are reminded of, a list of ReminderSource.

        Each names a kind (a ``crm.reminder.kind`` record, which says when and how), a
        model, its date, its people and the domain of what is still open. Call
        ``super()`` first and append.
        """
        return [
            ReminderSource(
                "followup",
                "crm.followup",
                "planned_at",
                "user_id",
                [("state", "=", "planned")],
                "partner_id",
            ),
            ReminderSource(
                "followup_overdue",
                "res.partner",
                "next_followup_at",
                "user_id",
                [("is_crm_customer", "=", True), ("next_followup_at", "!=", False)],
                "crm_customer_id",
            ),
            ReminderSource(
                "birthday",
                "res.partner",
                "birthday_next",
                "user_id",
                [("crm_customer_id", "!=", False), ("birthday_next", "!=", False)],
                "crm_customer_id",
            ),
            ReminderSource(
                "heat",
                "res.partner",
                "heat_until",
                "user_id",
                [("is_crm_customer", "=", True), ("heat_until", "!=", False)],
                "crm_customer_id",
            ),
            ReminderSource(
                "share",
                "crm.share",
                "until",
                "user_id",
                [("until", "!=", False)],
                "partner_id",
                opens="partner_id",
            ),
        ]

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_collect(self, now=None):
        """Make the reminders that are due, or will be within minutes.

        Rows that were made before are left alone, by unique indexes.

        :param datetime now: UTC
        :return: number of reminders made (int)
        """
        now = now or fields.Datetime.now()
        self.env.flush_all()
        kinds = {kind.code: kind for kind in self.env["crm.reminder.kind"].search([])}
        made = 0
        for source in self._crm_reminder_sources():
            kind = kinds.get(source.kind)
            if not kind or source.model not in self.env:
                continue
            # the latest first: what has two times behind it is mentioned once
            leads = sorted(kind.lead_ids.mapped("minutes"))
            for later, minutes in zip([None, *leads], leads, strict=False):
                made += self._crm_collect_lead(source, kind, minutes, later, now)
            if kind.escalate_after:
                made += self._crm_collect_escalation(source, kind, now)
        return made + self._crm_collect_digest(now)

    @api.model
    def _crm_collect_lead(self, source, kind, minutes, later, now):
        """Make the reminders of one source for one time before (or after) its date.

        :param ReminderSource source: the records
        :param kind: crm.reminder.kind record
        :param int minutes: before the date; negative for after
        :param int later: the next time of the kind after this one, or None
        :param datetime now: UTC
        """
        start, end = now - LATE, now + HORIZON
        condition = SQL("found.remind_at > %s AND found.remind_at <= %s", start, end)
        if later is not None:
            # not what has been overtaken, nor what was planned at shorter notice
            condition = SQL(
                "%s AND found.due_at - %s * interval '1 minute' > %s"
                " AND found.made_at <= found.remind_at",
                condition,
                later,
                now,
            )
        return self._crm_insert(
            SQL(
                """
                SELECT %(kind)s, found.user_id, NULL::integer, %(model)s, found.id,
                       found.partner_id, found.source_at, found.due_at, found.remind_at,
                       %(minutes)s, FALSE
                  FROM (%(found)s) found
                 WHERE %(condition)s
                """,
                kind=kind.id,
                model=source.model,
                minutes=minutes,
                found=self._crm_source_query(source, kind, minutes, start, end),
                condition=condition,
            )
        )

    @api.model
    def _crm_collect_escalation(self, source, kind, now):
        """Tell superiors what has been overdue for too long."""
        minutes = -60 * kind.escalate_after
        return self._crm_insert(
            SQL(
                """
                SELECT %(kind)s, superior.user_id, found.user_id, %(model)s, found.id,
                       found.partner_id, found.source_at, found.due_at, found.remind_at,
                       %(minutes)s, TRUE
                  FROM (%(found)s) found
                  JOIN LATERAL (%(superiors)s) superior ON TRUE
                 WHERE found.remind_at > %(start)s
                   AND found.remind_at <= %(now)s
                """,
                kind=kind.id,
                model=source.model,
                minutes=minutes,
                found=self._crm_source_query(source, kind, minutes, now - LATE, now),
                superiors=self.env["res.users"]._crm_superiors_query(
                    SQL("found.user_id")
                ),
                start=now - LATE,
                now=now,
            )
        )

    @api.model
    def _crm_collect_digest(self, now):
        """Make the morning mails of those who want one."""
        kind = self.env.ref("crm_base.reminder_kind_digest", raise_if_not_found=False)
        if not kind or not kind.active:
            return 0
        return self._crm_insert(
            SQL(
                """
                SELECT %(kind)s, day.user_id, NULL::integer, 'res.users', day.user_id,
                       NULL::integer, day.start,
                       (day.start + day.hour) AT TIME ZONE day.tz AT TIME ZONE 'UTC',
                       (day.start + day.hour) AT TIME ZONE day.tz AT TIME ZONE 'UTC',
                       0, FALSE
                  FROM (
                        SELECT person.id AS user_id,
                               zone.tz,
                               date_trunc('day', %(now)s::timestamp AT TIME ZONE 'UTC'
                                                 AT TIME ZONE zone.tz) AS start,
                               person.crm_reminder_digest_hour
                                   * interval '1 hour' AS hour,
                               person.crm_reminder_weekdays AS weekdays,
                               person.company_id
                          FROM res_users person
                          JOIN res_partner contact ON contact.id = person.partner_id
                          JOIN LATERAL (
                                SELECT COALESCE(NULLIF(contact.tz, ''), 'UTC') AS tz
                               ) zone ON TRUE
                         WHERE person.active AND person.crm_reminder_digest
                       ) day
                 WHERE (day.start + day.hour) AT TIME ZONE day.tz AT TIME ZONE 'UTC'
                       <= %(now)s
                   AND NOT (
                       day.weekdays IS TRUE
                       AND EXISTS (
                           SELECT FROM crm_workday off
                            WHERE off.company_id = day.company_id
                              AND off.date = day.start::date
                              AND NOT off.is_working
                       )
                   )
                """,
                kind=kind.id,
                now=now,
            )
        )

    @api.model
    def _crm_source_query(self, source, kind, minutes, start, end):
        """Return the SQL of a source's records with people and exact times.

        Columns: ``id``, ``partner_id``, ``user_id``, ``made_at``, ``source_at`` (the
        date as stored), ``due_at`` and ``remind_at`` (UTC). The range on the stored
        date is what its index answers.
        """
        # sudo: the scheduler works for everybody
        Model = self.env[source.model].sudo()
        is_date = Model._fields[source.date_field].type == "date"
        lead = timedelta(minutes=minutes)
        first, last = start + lead, end + lead
        if is_date:
            first, last = (first - ZONES).date(), (last + ZONES).date()
        query = Model._search(
            Domain(source.domain)
            & Domain(source.date_field, ">=", first)
            & Domain(source.date_field, "<=", last)
        )
        user_field = Model._fields[source.user_field]
        partner = SQL("NULL::integer")
        if source.partner_field:
            partner = Model._field_to_sql(query.table, source.partner_field, query)
        if user_field.type == "many2many":
            users = SQL(
                "JOIN %s person_rel ON person_rel.%s = found.id"
                " JOIN res_users person ON person.id = person_rel.%s",
                SQL.identifier(user_field.relation),
                SQL.identifier(user_field.column1),
                SQL.identifier(user_field.column2),
            )
            user = SQL("NULL::integer")
        else:
            users = SQL("JOIN res_users person ON person.id = found.user_id")
            user = Model._field_to_sql(query.table, source.user_field, query)
        rows = query.select(
            SQL("%s AS id", SQL.identifier(query.table, "id")),
            SQL("%s AS made_at", SQL.identifier(query.table, "create_date")),
            SQL("%s AS partner_id", partner),
            SQL("%s AS user_id", user),
            SQL(
                "%s::timestamp AS source_at",
                Model._field_to_sql(query.table, source.date_field, query),
            ),
        )
        due, remind = self._crm_times(kind, minutes, is_date)
        return SQL(
            """
            SELECT found.id, found.partner_id, person.id AS user_id, found.made_at,
                   found.source_at, %(due)s AS due_at, %(remind)s AS remind_at
              FROM (%(rows)s) found
              %(users)s
              JOIN res_partner contact ON contact.id = person.partner_id
             WHERE person.active AND person.share IS NOT TRUE
            """,
            due=due,
            remind=remind,
            rows=rows,
            users=users,
        )

    @api.model
    def _crm_times(self, kind, minutes, is_date):
        """Return the SQL of when a record is due and when it is reminded of (UTC)."""
        local = SQL("found.source_at + %s * interval '1 hour'", kind.hour)
        if is_date:
            zone = SQL("COALESCE(NULLIF(contact.tz, ''), 'UTC')")
            due = SQL("(%s) AT TIME ZONE %s AT TIME ZONE 'UTC'", local, zone)
            # whole days are days of the calendar, also when clocks are changed
            remind = SQL(
                "(%s - %s * interval '1 minute') AT TIME ZONE %s AT TIME ZONE 'UTC'",
                local,
                minutes,
                zone,
            )
        else:
            due = SQL("found.source_at")
            remind = SQL("found.source_at - %s * interval '1 minute'", minutes)
        return due, remind

    @api.model
    def _crm_insert(self, rows):
        """Insert reminders, except those that are there; return how many (int).

        :param SQL rows: a query for kind, person, about whom, model, record, customer,
            the record's date, due, when to remind, minutes before, whether a superior
            is told
        """
        made = self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_reminder
                       (kind_id, user_id, about_user_id, res_model, res_id, partner_id,
                        source_at, due_at, remind_at, minutes, is_escalation, state,
                        create_uid, create_date, write_uid, write_date)
                SELECT DISTINCT made.*, 'scheduled', %(uid)s,
                       now() AT TIME ZONE 'UTC', %(uid)s, now() AT TIME ZONE 'UTC'
                  FROM (%(rows)s) made
                    ON CONFLICT DO NOTHING
                RETURNING id
                """,
                uid=self.env.uid,
                rows=rows,
            )
        )
        self.invalidate_model()
        return len(made)
