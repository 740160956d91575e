from odoo import api, models
from odoo.tools import SQL

from .crm_pool_mixin import FEW_KEY, PRESENT_KEY


class CrmPoolMixin(models.AbstractModel):
    """Days of the formula: of the pool, worked by the company, or by the owner."""

    _inherit = "crm.pool.mixin"

    @api.model
    def _crm_add_days_sql(self, day, days):
        """Return the SQL of a day plus the days of a rule, as the rule counts them.

        Beyond the calendar, which reaches ten years back and years ahead, days are
        counted as if there were no holidays.

        :param str day: column of the day, with its alias
        :param str days: column of the rule
        """
        return SQL(
            """
            CASE WHEN rule.%(days)s = 0 THEN %(day)s
                 %(own)s
                 WHEN rule.working_days THEN COALESCE(
                     %(worked)s,
                     %(day)s + rule.%(days)s + 2 * ((rule.%(days)s + 4) / 5)
                 )
                 ELSE %(day)s + rule.%(days)s
            END
            """,
            day=SQL.identifier(*day.split(".")),
            days=SQL.identifier(days),
            own=self._crm_add_own_sql(day, days),
            worked=self._crm_add_worked_sql(day, days),
        )

    @api.model
    def _crm_add_own_sql(self, day, days):
        """Return the SQL of a branch for those with a calendar of their own."""
        if self.env.context.get(PRESENT_KEY):
            return SQL()
        return SQL(
            """
            WHEN own.days IS NOT NULL THEN COALESCE(
                own.days[own.ordinals[%(day)s - own.first + 1] + rule.%(days)s],
                %(day)s + rule.%(days)s
            )
            """,
            day=SQL.identifier(*day.split(".")),
            days=SQL.identifier(days),
        )

    @api.model
    def _crm_add_worked_sql(self, day, days):
        """Return the SQL of a day plus working days of the company, NULL beyond them.

        For a few records the calendar is looked up: putting it into arrays takes
        longer.
        """
        day, days = SQL.identifier(*day.split(".")), SQL.identifier("rule", days)
        if self.env.context.get(FEW_KEY):
            company = SQL.identifier("owner", "company_id")
            return self.env["crm.workday"]._crm_add_sql(company, day, days)
        return SQL(
            """
            company.days[
                company.ordinals[%(day)s - company.first + 1]
                - company.before + %(days)s
            ]
            """,
            day=day,
            days=days,
        )

    @api.model
    def _crm_calendars_sql(self):
        """Return the SQL of the calendars that days are counted by, a list.

        A calendar is two arrays: how many days count up to each day, and the day on
        which the n-th one falls. So a day plus n is two look-ups by position, for one
        record and for a million. ``company_calendar`` has the working days of each
        company; ``own_calendar`` those of people who were or will be away, for both
        ways of counting, without the days of their absence.
        """
        calendars = []
        if not self.env.context.get(FEW_KEY):
            calendars.append(self._crm_company_calendar_sql())
        if not self.env.context.get(PRESENT_KEY):
            calendars.append(self._crm_own_calendar_sql())
        return calendars

    @api.model
    def _crm_calendars_joined(self):
        """Return the SQL that joins those calendars with owners and rules."""
        joined = []
        if not self.env.context.get(FEW_KEY):
            joined.append(
                SQL(
                    """
                    LEFT JOIN company_calendar company
                      ON company.company_id = owner.company_id AND rule.working_days
                    """
                )
            )
        if not self.env.context.get(PRESENT_KEY):
            joined.append(
                SQL(
                    """
                    LEFT JOIN own_calendar own
                      ON own.user_id = owner.user_id
                     AND own.working_days = rule.working_days
                    """
                )
            )
        return SQL().join(joined)

    @api.model
    def _crm_company_calendar_sql(self):
        return SQL(
            """
            company_calendar AS MATERIALIZED (
                SELECT day.company_id, min(day.date) AS first,
                       min(day.ordinal) FILTER (WHERE day.is_working) - 1 AS before,
                       array_agg(day.ordinal ORDER BY day.date) AS ordinals,
                       array_agg(day.date ORDER BY day.date)
                       FILTER (WHERE day.is_working) AS days
                  FROM crm_workday day
                 WHERE day.company_id IN (SELECT owner.company_id FROM owner)
                   AND EXISTS (SELECT FROM rule WHERE rule.working_days)
                 GROUP BY day.company_id
            )
            """
        )

    @api.model
    def _crm_own_calendar_sql(self):
        return SQL(
            """
            own_calendar AS MATERIALIZED (
                SELECT counted.user_id, counted.working_days,
                       min(counted.date) AS first,
                       array_agg(counted.ordinal ORDER BY counted.date) AS ordinals,
                       array_agg(counted.date ORDER BY counted.date)
                       FILTER (WHERE counted.counts) AS days
                  FROM (
                        SELECT day.*,
                               count(*) FILTER (WHERE day.counts) OVER (
                                   PARTITION BY day.user_id, day.working_days
                                       ORDER BY day.date
                               )::int AS ordinal
                          FROM (
                                SELECT person.user_id, way.working_days, day.date,
                                       (day.is_working OR NOT way.working_days)
                                       AND NOT EXISTS (
                                           SELECT FROM crm_absence absence
                                            WHERE absence.user_id = person.user_id
                                              AND absence.state = 'confirmed'
                                              AND day.date BETWEEN absence.date_from
                                                  AND absence.date_to
                                       ) AS counts
                                  FROM (
                                        SELECT DISTINCT owner.user_id, owner.company_id
                                          FROM owner
                                         WHERE owner.user_id IN (
                                                SELECT absence.user_id
                                                  FROM crm_absence absence
                                                 WHERE absence.state = 'confirmed'
                                               )
                                       ) AS person
                                  JOIN (
                                        SELECT DISTINCT rule.working_days FROM rule
                                       ) AS way ON true
                                  JOIN crm_workday day
                                    ON day.company_id = person.company_id
                               ) AS day
                       ) AS counted
                 GROUP BY counted.user_id, counted.working_days
            )
            """
        )
