from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

GROUPS = ("month", "quarter", "user", "team")
# from what is sure to what is hoped for
CATEGORIES = ("closed", "commit", "best", "pipeline")


class CrmForecast(models.AbstractModel):
    """The sales forecast: what is won, committed, possible, and what it weighs.

    An open deal counts at its expected date, a won one at the day on which it was won.
    What its owner has left out counts nowhere.
    """

    _name = "crm.forecast"
    _description = "Sales Forecast"
    _inherit = ["crm.analysis.mixin"]

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def compute_forecast(
        self,
        date_from=False,
        date_to=False,
        team_id=False,
        user_id=False,
        group_by="month",
    ):
        """Return the forecast of a period under the caller's own rights.

        :param str date_from: first day ``YYYY-MM-DD``, False for no beginning
        :param str date_to: last day ``YYYY-MM-DD``, False for no end
        :param int team_id: a team with all teams below it, False for all
        :param int user_id: a person, False for everybody
        :param str group_by: ``month``, ``quarter``, ``user`` or ``team``
        :return: dict with ``currency_id``, ``total`` (see :meth:`_prepare_forecast`),
            ``groups`` (list of dicts with ``key``, ``label`` and the same figures),
            and ``overdue``, ``undated``, ``borderline``: dicts with ``count``,
            ``amount`` and ``domain`` (of crm.lead) of open deals whose expected date
            has passed, that have none, or whose forecast is doubtful, at whatever date
        :raise AccessError: for users without a role
        :raise UserError: unknown group, dates that are none
        """
        self._crm_check_reader()
        if group_by not in GROUPS:
            raise UserError(self.env._("A forecast cannot be grouped like that."))
        start, end = self._crm_dates(date_from, date_to)
        whose = self._crm_whose(self._crm_team(team_id), self._crm_user_id(user_id))
        domain = whose & self._crm_period(start, end)
        rows = self._crm_rows(domain, group_by)
        total = rows.pop(None, {})
        labels = self._crm_group_labels(group_by, rows)
        groups = []
        for key in sorted(rows, key=lambda key: self._crm_order(group_by, rows, key)):
            within = whose & self._crm_group_domain(group_by, key, start, end)
            groups.append(
                {
                    "key": self._crm_json(key),
                    "label": labels[key],
                    **self._prepare_forecast(rows[key], within),
                }
            )
        return {
            "currency_id": self.env.company.currency_id.id,
            "total": self._prepare_forecast(total, domain),
            "groups": groups,
            **self._crm_doubtful(whose),
        }

    # ------------------------------------------------------------
    # DOMAINS
    # ------------------------------------------------------------

    @api.model
    def _crm_whose(self, team, user_id):
        """Return the domain of the opportunities of a team and a person."""
        domain = Domain("type", "=", "opportunity") & Domain("active", "=", True)
        if team:
            domain &= Domain("team_id", "child_of", team.id)
        if user_id:
            domain &= Domain("user_id", "=", user_id)
        return domain

    @api.model
    def _crm_period(self, start, end):
        """Return the domain of what counts in a period (dates or None)."""
        lead, metric = self.env["crm.lead"], self.env["crm.metric"]
        closed, due = Domain.TRUE, Domain("date_deadline", "!=", False)
        at = lead._fields["date_closed"]
        if start:
            closed &= Domain("date_closed", ">=", metric._crm_day_value(at, start))
            due &= Domain("date_deadline", ">=", start)
        if end:
            following = fields.Date.add(end, days=1)
            closed &= Domain("date_closed", "<", metric._crm_day_value(at, following))
            due &= Domain("date_deadline", "<=", end)
        return (Domain("forecast_category", "=", "closed") & closed) | (
            Domain("forecast_category", "in", CATEGORIES[1:]) & due
        )

    @api.model
    def _crm_group_domain(self, group_by, key, start, end):
        """Return the domain of one group of a period."""
        if group_by in ("user", "team"):
            return self._crm_period(start, end) & Domain(f"{group_by}_id", "=", key)
        last = self._crm_span_end(group_by, key)
        return self._crm_period(
            max(key, start) if start else key, min(last, end) if end else last
        )

    # ------------------------------------------------------------
    # FIGURES
    # ------------------------------------------------------------

    @api.model
    def _crm_rows(self, domain, group_by):
        """Return the figures: dict of group (None is all) to dict of category."""
        leads = self.env["crm.lead"]
        leads.flush_model(["expected_revenue", "prorated_revenue", "date_deadline"])
        leads.flush_model(["date_closed"])
        query = leads._search(domain)
        self._crm_join_rates(query)
        table = SQL.identifier(query.table)
        category = SQL("%s.forecast_category", table)
        group = self._crm_group_column(group_by, table)
        is_total = self._crm_grouping(query, group, category)
        query.order = None
        rows = {}
        for row in self.env.execute_query_dict(
            query.select(
                SQL("%s AS is_total", is_total),
                SQL("%s AS key", group),
                SQL("%s AS category", category),
                SQL("count(*) AS count"),
                self._crm_sums(table),
            )
        ):
            key = None if row["is_total"] else row["key"] or False
            rows.setdefault(key, {})[row["category"]] = row
        return rows

    @api.model
    def _crm_sums(self, table):
        """Return the amounts (SQL) as expected, and by probability."""
        return SQL(
            """
            COALESCE(sum(%(table)s.expected_revenue * COALESCE(rate, 1)), 0)::float
                AS amount,
            COALESCE(sum(%(table)s.prorated_revenue * COALESCE(rate, 1)), 0)::float
                AS weighted
            """,
            table=table,
        )

    @api.model
    def _crm_group_column(self, group_by, table):
        """Return the column (SQL) by which the figures are told apart."""
        if group_by == "user":
            return SQL("%s.user_id", table)
        if group_by == "team":
            return SQL("%s.team_id", table)
        return SQL(
            """CASE WHEN %(table)s.forecast_category = 'closed' THEN %(closed)s
                    ELSE date_trunc(%(unit)s, %(table)s.date_deadline)::date END""",
            table=table,
            closed=self._crm_month(group_by, SQL("%s.date_closed", table)),
            unit=group_by,
        )

    @api.model
    def _crm_weight(self, rows):
        return sum(row["amount"] for row in rows.values())

    @api.model
    def _prepare_forecast(self, rows, domain):
        """Return the figures of a period, or of one group of it.

        :return: dict with ``closed`` (won), ``commit``, ``best``, ``pipeline``: dicts
            with ``count``, ``amount`` and ``domain`` (of crm.lead); ``commit_total``
            (won and committed), ``best_total`` (with the best case) and ``weighted``
            (won, and the others by their probability), amounts
        """
        parts = {
            category: {
                "count": rows.get(category, {}).get("count", 0),
                "amount": rows.get(category, {}).get("amount", 0.0),
                "domain": self._crm_plain(
                    domain & Domain("forecast_category", "=", category)
                ),
            }
            for category in CATEGORIES
        }
        commit = parts["closed"]["amount"] + parts["commit"]["amount"]
        return {
            **parts,
            "commit_total": commit,
            "best_total": commit + parts["best"]["amount"],
            "weighted": sum(row["weighted"] for row in rows.values()),
        }

    @api.model
    def _crm_doubtful(self, whose):
        """Return what is to be looked at (dict), whatever its expected date."""
        leads = self.env["crm.lead"]
        pending = whose & Domain("forecast_category", "in", CATEGORIES[1:])
        today = fields.Date.context_today(self)
        result = {}
        for name, domain in (
            ("overdue", pending & Domain("date_deadline", "<", today)),
            ("undated", pending & Domain("date_deadline", "=", False)),
            ("borderline", whose & Domain("is_borderline", "=", True)),
        ):
            query = leads._search(domain)
            self._crm_join_rates(query)
            query.order = None
            ((count, amount, _weighted),) = self.env.execute_query(
                query.select(
                    SQL("count(*)"), self._crm_sums(SQL.identifier(query.table))
                )
            )
            result[name] = {
                "count": count,
                "amount": amount,
                "domain": self._crm_plain(domain),
            }
        return result
