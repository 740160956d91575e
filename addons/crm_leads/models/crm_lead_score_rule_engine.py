from odoo import SUPERUSER_ID, api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.scoring import ScoreSource, day_of, start_of

OPEN = ("new", "working")


class CrmLeadScoreRule(models.Model):
    """How points are reckoned: for one lead or a million, by one statement.

    A day counts as a whole: within a day, the same facts give the same points. An event
    that is ``a`` days old is worth 1, ``0.5 ** (a / days)`` or ``1 - a / days`` of the
    points, to four decimals; the sum of a rule is rounded, half away from zero.
    """

    _inherit = "crm.lead.score.rule"

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    @api.model
    def _crm_score_sources(self):
        """Hook: return the events that give points, a dict of code to ScoreSource.

        Call ``super()`` and add yours; call ``_crm_rescore`` of the lead when an event
        has happened, so that its score follows at once.
        """
        return {
            "followup": ScoreSource(
                self.env._("Effective Follow-up"),
                SQL(
                    "SELECT lead_id, done_at AS at FROM crm_followup"
                    " WHERE state = 'done' AND is_effective AND lead_id IS NOT NULL"
                ),
                {"crm.followup": ["lead_id", "state", "is_effective", "done_at"]},
            ),
            "captured": ScoreSource(
                self.env._("Came In"),
                SQL("SELECT id AS lead_id, create_date AS at FROM crm_lead"),
                {},
            ),
            "email": ScoreSource(
                self.env._("Wrote an E-mail"),
                # as mail.message._crm_came_in
                SQL(
                    "SELECT mail.res_id AS lead_id, mail.date AS at"
                    "  FROM mail_message mail"
                    " WHERE mail.model = 'crm.lead' AND mail.message_type = 'email'"
                    "   AND mail.create_uid = %s AND mail.crm_is_automatic IS NOT TRUE"
                    "   AND NOT EXISTS (SELECT FROM res_users colleague"
                    "         WHERE colleague.partner_id = mail.author_id"
                    "           AND NOT colleague.share)",
                    SUPERUSER_ID,
                ),
                {
                    "mail.message": [
                        *("model", "res_id", "message_type", "date", "author_id"),
                        "crm_is_automatic",
                    ],
                    "res.users": ["partner_id", "share"],
                },
            ),
            "call": ScoreSource(
                self.env._("Talked on the Phone"),
                SQL(
                    "SELECT call.lead_id, call.done_at AS at FROM crm_followup call"
                    "  JOIN crm_dictionary method ON method.id = call.method_id"
                    " WHERE method.code = 'phone' AND call.state = 'done'"
                    "   AND call.lead_id IS NOT NULL"
                ),
                {"crm.followup": ["lead_id", "state", "method_id", "done_at"]},
            ),
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_score_day(self):
        """Return the day (date) that scores are reckoned for now."""
        return day_of(fields.Datetime.now())

    @api.model
    def _crm_rule_points(self, spec, leads, day):
        """Return SQL for the points that one rule gives.

        :param ScoreRule spec: the rule
        :param Domain leads: the leads that are asked about
        :param date day: the day
        """
        chosen = leads & Domain(spec.domain)
        if spec.company_id:
            chosen &= Domain("company_id", "=", spec.company_id)
        # sudo: points do not depend on who asks; neither do language and time zone
        Lead = self.env["crm.lead"].sudo()
        Lead = Lead.with_context(active_test=False, lang=None, tz="Asia/Shanghai")
        query = Lead._search(chosen)
        if not spec.source:
            return query.select(
                SQL("%s AS lead_id", SQL.identifier(query.table, "id")),
                SQL("%s::int AS rule_id", spec.id),
                SQL("%s::int AS points", spec.points),
                SQL("1::bigint AS times"),
                SQL("NULL::timestamp AS at"),
            )
        source = self._crm_score_sources()[spec.source]
        for model, names in source.flush.items():
            self.env[model].flush_model(names)
        return SQL(
            """
            SELECT lead_id, %(rule)s::int AS rule_id,
                   round(%(points)s * sum(%(worth)s))::int AS points,
                   count(*) AS times, max(at) AS at
              FROM (
                    SELECT event.lead_id, event.at,
                           greatest(%(day)s::date
                                    - (event.at + interval '8 hours')::date, 0) AS age,
                           row_number() OVER (
                               PARTITION BY event.lead_id ORDER BY event.at DESC
                           ) AS number
                      FROM (%(events)s) event
                     WHERE event.lead_id IN %(leads)s AND event.at < %(end)s %(window)s
                   ) event
             WHERE number <= %(times)s
             GROUP BY lead_id
            """,
            rule=spec.id,
            points=spec.points,
            worth=self._crm_worth(spec),
            day=day,
            events=source.events,
            leads=query.subselect(),
            end=start_of(fields.Date.add(day, days=1)),
            window=SQL(
                "AND event.at >= %s",
                start_of(fields.Date.subtract(day, days=spec.window_days)),
            )
            if spec.window_days
            else SQL(),
            times=spec.times,
        )

    @api.model
    def _crm_worth(self, spec):
        """Return SQL for what an event of some age is worth, 0 to 1."""
        if spec.decay == "half":
            return SQL(
                "round(power(0.5::float8, age::float8 / %s)::numeric, 4)",
                spec.decay_days,
            )
        if spec.decay == "linear":
            return SQL("round(greatest(1 - age::numeric / %s, 0), 4)", spec.decay_days)
        return SQL("1::numeric")

    @api.model
    def _crm_points(self, specs, leads, day):
        """Return SQL for the points of all rules; see :meth:`_crm_rule_points`."""
        found = [self._crm_rule_points(spec, leads, day) for spec in specs]
        found.append(
            SQL(
                "SELECT NULL::int AS lead_id, NULL::int AS rule_id, 0 AS points,"
                " 0::bigint AS times, NULL::timestamp AS at WHERE false"
            )
        )
        return SQL(" UNION ALL ").join(SQL("(%s)", query) for query in found)

    @api.model
    def _crm_graded(self, specs, leads, day, query):
        """Return SQL for id, score and grade of the leads of a query.

        :param list specs: of ScoreRule
        :param Domain leads: the leads
        :param date day: the day
        :param SQL query: gives their ids
        """
        return SQL(
            """
            WITH asked AS MATERIALIZED (%(query)s),
                 given AS MATERIALIZED (
                    SELECT lead_id, sum(points)::int AS score
                      FROM (%(points)s) given
                     GROUP BY lead_id
                 ), scored AS MATERIALIZED (
                    SELECT asked.id, coalesce(given.score, 0) AS score
                      FROM asked
                      LEFT JOIN given ON given.lead_id = asked.id
                 )
            SELECT lead.id, scored.score,
                   CASE WHEN scored.score >= company.crm_grade_a THEN 'a'
                        WHEN scored.score >= company.crm_grade_b THEN 'b'
                        WHEN scored.score >= company.crm_grade_c THEN 'c'
                        ELSE 'd' END AS grade
              FROM scored
              JOIN crm_lead lead ON lead.id = scored.id
              JOIN res_company company
                ON company.id = coalesce(lead.company_id, %(company)s)
            """,
            points=self._crm_points(specs, leads, day),
            company=self.env.ref("base.main_company").id,
            query=query,
        )

    @api.model
    def _crm_open_leads(self, leads):
        """Return the domain of the leads that are scored: those still open."""
        return Domain("lead_state", "in", OPEN) & leads

    @api.model
    def _crm_scores(self, ids):
        """Return what leads are worth today: {id: (score, grade)}, open ones only."""
        self.env["res.company"].flush_model()
        leads = self._crm_open_leads(Domain("id", "in", ids))
        # sudo: scores follow the facts, whoever changes them
        query = self.env["crm.lead"].sudo().with_context(active_test=False)
        query = query._search(leads)
        rows = self.env.execute_query(
            self._crm_graded(
                self._crm_specs(), leads, self._crm_score_day(), query.select()
            )
        )
        return {lead_id: (score, grade) for lead_id, score, grade in rows}

    @api.model
    def _crm_store_scores(self, after, limit, day):
        """Score the next leads by one statement, and write the scores that differ.

        :param int after: the id of the last lead done
        :param int limit: how many leads at most
        :param date day: the day
        :return: (int, int, int): the last lead's id (0 when none was left), how many
            leads were looked at, how many changed
        """
        self.env["crm.lead"].flush_model()
        self.env["res.company"].flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT max(id), count(*) FROM (SELECT id FROM crm_lead WHERE id > %s"
                " ORDER BY id LIMIT %s) next",
                after,
                limit,
            )
        )
        last, looked = rows[0]
        if not looked:
            return 0, 0, 0
        leads = self._crm_open_leads(
            Domain("id", ">", after) & Domain("id", "<=", last)
        )
        # sudo: all leads, whoever changed the rules
        query = self.env["crm.lead"].sudo().with_context(active_test=False)
        query = query._search(leads)
        changed = self.env.execute_query(
            SQL(
                """
                UPDATE crm_lead lead
                   SET crm_score = graded.score, crm_grade = graded.grade
                  FROM (%s) graded
                 WHERE lead.id = graded.id
                   AND (lead.crm_score, lead.crm_grade)
                       IS DISTINCT FROM (graded.score, graded.grade)
             RETURNING lead.id
                """,
                self._crm_graded(self._crm_specs(), leads, day, query.select()),
            )
        )
        self.env["crm.lead"].invalidate_model(["crm_score", "crm_grade"], flush=False)
        return last, looked, len(changed)

    @api.model
    def _crm_grade_counts(self, specs):
        """Return how many leads in the user's sight have each grade, and would have.

        :param list specs: of ScoreRule
        :return: list of (grade, count now, count under these rules)
        """
        self.env["crm.lead"].flush_model()
        self.env["res.company"].flush_model()
        leads = self._crm_open_leads(
            Domain("company_id", "in", [False, *self.env.companies.ids])
        )
        mine = self.env["crm.lead"].with_context(active_test=False)._search(leads)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT grade, sum(before)::int, sum(after)::int
                  FROM (
                        SELECT coalesce(lead.crm_grade, 'd') AS grade, 1 AS before,
                               0 AS after
                          FROM crm_lead lead WHERE lead.id IN %(mine)s
                         UNION ALL
                        SELECT graded.grade, 0, 1 FROM (%(graded)s) graded
                       ) counted
                 GROUP BY grade
                """,
                mine=mine.subselect(),
                graded=self._crm_graded(
                    specs, leads, self._crm_score_day(), mine.select()
                ),
            )
        )
        found = {row[0]: row[1:] for row in rows}
        return [(grade, *found.get(grade, (0, 0))) for grade in "abcd"]
