from array import array
from bisect import bisect_left
from datetime import date as Date
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, ormcache

# the calendar reaches from so many years back to so many ahead
YEARS_BACK = 10
YEARS_AHEAD = 5
# from this month on the boss is told that next year's notice has to be entered
NOTICE_MONTH = 11


class CrmWorkday(models.Model):
    """The working calendar of each company, one row for each day.

    ``ordinal`` is the number of working days up to and including the date. Adding and
    counting working days is therefore one look-up each, for one record and, joined, for
    a million: the date of ordinal n + 5 is five working days later.
    """

    _name = "crm.workday"
    _description = "Working Calendar: Day"
    _order = "company_id, date"
    _rec_name = "date"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    date = fields.Date(required=True)
    is_working = fields.Boolean("Working Day", required=True)
    ordinal = fields.Integer(
        required=True,
        aggregator=None,
        help="Working days of the calendar up to and including this day.",
    )

    _company_date_uniq = models.UniqueIndex("(company_id, date)")
    _company_ordinal_idx = models.Index("(company_id, ordinal) WHERE is_working")

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    @api.model
    def _crm_after_rebuild(self, companies):
        """Hook: working days of these companies have changed.

        For what stores dates that were reckoned in working days. Called in the
        transaction of the change, with the new days in the table. Call ``super()``.

        :param companies: res.company records
        """

    # ------------------------------------------------------------
    # COUNTING
    # ------------------------------------------------------------

    @api.model
    def _crm_add(self, company, date, days):
        """Return the day (date) that lies so many working days after a date.

        A Friday plus 1 is Monday, and so is the Saturday; a Monday minus 1 is Friday;
        any day plus 0 is itself.

        :param company: res.company record
        :param date date: the day to count from, working or not
        :param int days: working days, negative to count back
        """
        if not days:
            return date
        if days > 0:
            ordinal = self._crm_ordinal(company, date) + days
        else:
            before = date - timedelta(days=1)
            ordinal = self._crm_ordinal(company, before) + 1 + days
        return self._crm_date_of(company, ordinal)

    @api.model
    def _crm_count(self, company, date_from, date_to):
        """Return the number of working days (int) after a date, up to another one.

        The first day does not count, the last one does, so that it is the reverse of
        :meth:`_crm_add`. Negative when the second date is the earlier one.

        :param company: res.company record
        """
        return self._crm_ordinal(company, date_to) - self._crm_ordinal(
            company, date_from
        )

    @api.model
    def _crm_is_working(self, company, date):
        """Return whether a day is worked (bool)."""
        return self._crm_count(company, date - timedelta(days=1), date) > 0

    @api.model
    def _crm_add_sql(self, company_id, date, days):
        """Return the SQL of :meth:`_crm_add` for a number of days that is positive.

        NULL beyond the calendar.

        :param SQL company_id: expression of the company
        :param SQL date: expression of the day to count from
        :param SQL days: expression of the number of working days
        """
        return SQL(
            """
            (SELECT later.date
               FROM crm_workday day
               JOIN crm_workday later
                 ON later.company_id = day.company_id
                AND later.is_working
                AND later.ordinal = day.ordinal + %(days)s
              WHERE day.company_id = %(company)s AND day.date = %(date)s)
            """,
            company=company_id,
            date=date,
            days=days,
        )

    @api.model
    def _crm_ordinal(self, company, date):
        """Return the number of working days (int) up to and including a date.

        Days beyond the calendar count by the weekdays alone.
        """
        first, ordinals = self._crm_ordinals(company)
        number = (date - first).days
        if number < 0:
            # the ordinal of the first day counts that day itself
            return -self._crm_weekdays(company, date, first - timedelta(days=1))
        beyond = number - len(ordinals) + 1
        if beyond > 0:
            last = date - timedelta(days=beyond)
            return ordinals[-1] + self._crm_weekdays(company, last, date)
        return ordinals[number]

    @api.model
    def _crm_date_of(self, company, ordinal):
        """Return the working day (date) with an ordinal, also beyond the calendar."""
        first, ordinals = self._crm_ordinals(company)
        if 0 < ordinal <= ordinals[-1]:
            # the first of the days with an ordinal is the one that is worked
            return first + timedelta(days=bisect_left(ordinals, ordinal))
        worked = self._crm_pattern(company)
        if ordinal > 0:
            day, step = first + timedelta(days=len(ordinals) - 1), timedelta(days=1)
            missing = ordinal - ordinals[-1]
        else:
            # ordinal 0 is the last working day before the calendar
            day, step, missing = first, timedelta(days=-1), 1 - ordinal
        # whole weeks at once
        weeks = (missing - 1) // len(worked)
        day += weeks * 7 * step
        missing -= weeks * len(worked)
        while missing:
            day += step
            missing -= day.isoweekday() in worked
        return day

    @api.model
    @ormcache("company.id")
    def _crm_ordinals(self, company):
        """Return a company's calendar: its first day (date) and the ordinal of each.

        The whole calendar at once (16 years are 23 kB), so that a list of any length
        costs one query, and nothing when another list was there before.
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT date, ordinal FROM crm_workday WHERE company_id = %s"
                " ORDER BY date",
                company.id,
            )
        )
        return rows[0][0], array("i", [ordinal for _date, ordinal in rows])

    @api.model
    def _crm_weekdays(self, company, after, until):
        """Return the days worked by the weekly pattern after a day until another."""
        worked = self._crm_pattern(company)
        weeks, rest = divmod((until - after).days, 7)
        return weeks * len(worked) + sum(
            (after + timedelta(days=day)).isoweekday() in worked
            for day in range(1, rest + 1)
        )

    @api.model
    def _crm_pattern(self, company):
        """Return the worked weekdays of a company, a set of 1 (Monday) to 7."""
        # sudo: how a company works is no secret
        company = company.sudo()
        return {
            day
            for day, name in enumerate(company._crm_weekday_fields(), 1)
            if company[name]
        }

    # ------------------------------------------------------------
    # KEEPING
    # ------------------------------------------------------------

    @api.model
    def _crm_rebuild(self, companies=None):
        """Reckon the days of companies; write what differs, in one statement.

        :param companies: res.company records, all by default
        :return: the companies (res.company) of which days have changed
        """
        # sudo: the calendar of every company, archived ones too
        Company = self.env["res.company"].sudo().with_context(active_test=False)
        if companies is None:
            companies = Company.search([])  # pylint: disable=no-search-all; a handful
        if not companies:
            return Company
        self.env.flush_all()
        year = fields.Date.today().year
        rows = self.env.execute_query(
            self._crm_rebuild_query(
                companies.ids,
                Date(year - YEARS_BACK, 1, 1),
                Date(year + YEARS_AHEAD, 12, 31),
            )
        )
        changed = Company.browse(sorted({row[0] for row in rows}))
        if changed:
            self.invalidate_model()
            self.env.registry.clear_cache()
            self._crm_after_rebuild(changed)
        return changed

    @api.model
    def _crm_rebuild_query(self, company_ids, start, end):
        """Return the SQL that brings the days of companies up to date.

        A calendar begins and ends where it did, or earlier and later: ordinals are
        comparable within a company at any time.
        """
        Company = self.env["res.company"]
        pattern = SQL(", ").join(
            SQL.identifier("company", name) for name in Company._crm_weekday_fields()
        )
        companies = SQL(
            """
            SELECT company.id,
                   company.parent_path,
                   COALESCE(contact.country_id, china.id) AS country_id,
                   ARRAY[%(pattern)s] AS pattern,
                   LEAST(%(start)s, min(known.date)) AS start,
                   GREATEST(%(end)s, max(known.date)) AS "end"
              FROM res_company company
              JOIN res_partner contact ON contact.id = company.partner_id
              LEFT JOIN res_country china ON china.code = 'CN'
              LEFT JOIN crm_workday known ON known.company_id = company.id
             WHERE company.id = ANY(%(companies)s)
             GROUP BY company.id, contact.country_id, china.id
            """,
            pattern=pattern,
            start=start,
            end=end,
            companies=list(company_ids),
        )
        return self._crm_reckon_query(companies)

    @api.model
    def _crm_reckon_query(self, companies):
        """Return the SQL that reckons the days of companies and writes what differs.

        :param SQL companies: of id, path, country, worked weekdays, first and last day
        """
        exceptions = SQL(
            """
            SELECT DISTINCT ON (company.id, day.date)
                   company.id AS company_id, day.date, day.kind
              FROM company
              JOIN crm_calendar_day day
                ON day.active
               AND (day.country_id IS NULL OR day.country_id = company.country_id)
              LEFT JOIN res_company owner ON owner.id = day.company_id
             WHERE owner.id IS NULL
                OR company.parent_path LIKE owner.parent_path || %(any)s
             ORDER BY company.id, day.date,
                      length(owner.parent_path) DESC NULLS LAST,
                      day.country_id IS NULL
            """,
            any="%",
        )
        return SQL(
            """
            WITH company AS (%(companies)s), exception AS (%(exceptions)s), day AS (
                SELECT company.id AS company_id,
                       series.day::date AS date,
                       COALESCE(
                           exception.kind = 'working',
                           company.pattern[extract(isodow FROM series.day)::integer],
                           FALSE
                       ) AS is_working
                  FROM company
                 CROSS JOIN LATERAL generate_series(
                       company.start::timestamp, company."end"::timestamp,
                       interval '1 day'
                 ) AS series (day)
                  LEFT JOIN exception
                    ON exception.company_id = company.id
                   AND exception.date = series.day::date
            ), reckoned AS (
                SELECT company_id, date, is_working,
                       count(*) FILTER (WHERE is_working)
                           OVER (PARTITION BY company_id ORDER BY date) AS ordinal
                  FROM day
            )
            INSERT INTO crm_workday (company_id, date, is_working, ordinal)
            SELECT reckoned.company_id, reckoned.date, reckoned.is_working,
                   reckoned.ordinal
              FROM reckoned
              LEFT JOIN crm_workday known
                ON known.company_id = reckoned.company_id
               AND known.date = reckoned.date
             WHERE known.is_working IS DISTINCT FROM reckoned.is_working
                OR known.ordinal IS DISTINCT FROM reckoned.ordinal
                ON CONFLICT (company_id, date) DO UPDATE
               SET is_working = excluded.is_working, ordinal = excluded.ordinal
            RETURNING company_id
            """,
            companies=companies,
            exceptions=exceptions,
        )

    @api.model
    def _crm_rebuild_later(self):
        """Reckon the days of all companies once, at the end of the transaction."""
        data = self.env.cr.precommit.data
        if not data.get("crm_workday.rebuild"):
            data["crm_workday.rebuild"] = True
            self.env.cr.precommit.add(self._crm_run_rebuild)

    @api.model
    def _crm_run_rebuild(self):
        self.env.cr.precommit.data.pop("crm_workday.rebuild", None)
        self._crm_rebuild()

    @api.model
    def _cron_workdays(self):
        """Extend every calendar by its next year, and ask for official notices."""
        self._crm_rebuild()
        self._crm_ask_for_notice()

    @api.model
    def _crm_ask_for_notice(self, today=None):
        """Remind the bosses, once, that days of next year are only provisional.

        :param date today: the day, today by default
        :return: the number of people reminded (int)
        """
        today = today or fields.Date.today()
        year = today.year + (today.month >= NOTICE_MONTH)
        days = (
            self.env["crm.calendar.day"]
            .with_context(active_test=False)
            .search(
                [("date", ">=", Date(year, 1, 1)), ("date", "<=", Date(year, 12, 31))]
            )
            .sorted("date")
        )
        open_days = days.filtered(lambda day: day.active and day.is_provisional)
        if not open_days:
            return 0
        Reminder = self.env["crm.reminder"]
        # once a year, also when the day that it was about has been corrected since
        told = Reminder.search(
            [("res_model", "=", days._name), ("res_id", "in", days.ids)]
        ).user_id
        bosses = self.env.ref("crm_base.group_boss").all_user_ids
        people = bosses.filtered(lambda user: user.active and not user.share) - told
        asked = 0
        for user in people:
            # days of a company are told to those who work there
            day = open_days.with_user(user)._filtered_access("read")[:1]
            if not day:
                continue
            asked += 1
            Reminder.with_user(user).with_context(lang=user.lang)._crm_create_personal(
                day,
                fields.Datetime.now() + timedelta(minutes=1),
                user.with_context(lang=user.lang).env._(
                    "Working calendar of %(year)s: enter the days off and the working"
                    " days in exchange of the official notice",
                    year=year,
                ),
            )
        return asked
