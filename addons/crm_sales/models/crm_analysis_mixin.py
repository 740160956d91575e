from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.crm_base.tools.arguments import as_id
from odoo.addons.crm_base.tools.domains import plain_domain, plain_value

# beyond them, days in other time zones cannot be reckoned
YEARS = range(1900, 3000)


class CrmAnalysisMixin(models.AbstractModel):
    """What the pages about many opportunities at once have in common.

    Figures are read by one statement under the rights of whoever asks, in the currency
    of the company, with groups by people, teams or months.
    """

    _name = "crm.analysis.mixin"
    _description = "Analysis of Opportunities"

    @api.model
    def _crm_check_reader(self):
        """Refuse users who have no role of the suite."""
        if not self.env.su and not self.env.user._crm_has_group(
            "crm_base.group_salesperson"
        ):
            raise AccessError(
                self.env._("Figures of opportunities are for people who sell.")
            )

    @api.model
    def _crm_dates(self, date_from, date_to):
        """Return first and last day (dates or None) from what a program has passed."""
        days = self.env["crm.metric"]._crm_span(date_from, date_to)
        if any(day and day.year not in YEARS for day in days):
            raise UserError(
                self.env._(
                    "Days lie between %(first)s and %(last)s.",
                    first=YEARS[0],
                    last=YEARS[-1],
                )
            )
        return days

    @api.model
    def _crm_user_id(self, user_id):
        """Return the id of a person (int), 0 for everybody."""
        if user_id and not as_id(user_id):
            raise UserError(self.env._("This person is not there any more."))
        return as_id(user_id)

    @api.model
    def _crm_team(self, team_id):
        """Return the team (crm.team), empty for all."""
        # sudo: which teams there are is no secret
        team = self.env["crm.team"].sudo().browse(as_id(team_id)).exists()
        if team_id and not team:
            raise UserError(self.env._("This team is not there any more."))
        return team

    @api.model
    def _crm_plain(self, domain):
        """Return a domain as JSON can carry it (list)."""
        return plain_domain(domain)

    @api.model
    def _crm_json(self, value):
        """Return a date or a moment as JSON can carry it, anything else as it is."""
        return plain_value(value)

    @api.model
    def _crm_group_labels(self, group_by, keys):
        """Return what groups are called (dict of key to str)."""
        if group_by == "month":
            return {key: f"{key.year}-{key.month:02}" for key in keys}
        if group_by == "quarter":
            return {key: f"{key.year} Q{(key.month + 2) // 3}" for key in keys}
        if group_by == "year":
            return {key: str(key.year) for key in keys}
        name = "crm.team" if group_by == "team" else "res.users"
        # sudo: the names of colleagues and teams behind figures in sight
        records = self.env[name].sudo().browse(filter(None, keys))
        labels = {record.id: record.display_name for record in records}
        nobody = (
            self.env._("Without a Team") if group_by == "team" else self.env._("Nobody")
        )
        return {key: labels.get(key) or nobody for key in keys}

    @api.model
    def _crm_order(self, group_by, rows, key):
        """Return by what a group is sorted: periods in time, people by their number."""
        if group_by not in ("user", "team"):
            return key
        return (-self._crm_weight(rows[key]), key or 0)

    @api.model
    def _crm_weight(self, rows):
        """Return how large (number) a group is, from its rows (dict)."""
        return max(row["entered"] for row in rows.values())

    @api.model
    def _crm_join_rates(self, query):
        """Join the rate to the currency of the present company as ``rate``."""
        rates = self.env["res.currency"]._get_simple_currency_table(self.env.companies)
        query.add_join(
            "LEFT JOIN",
            "account_currency_table",
            SQL("(SELECT company_id, rate FROM %s)", rates),
            SQL(
                "account_currency_table.company_id = COALESCE(%s.company_id, %s)",
                SQL.identifier(query.table),
                self.env.company.id,
            ),
        )

    @api.model
    def _crm_grouping(self, query, group, *columns):
        """Group a query by columns, altogether and within groups.

        :param SQL group: what tells the groups apart, None for no groups
        :param SQL columns: at least one
        :return: whether a row is of the total (SQL)
        """
        by = SQL(", ").join(columns)
        if group is None:
            query.groupby = by
            return SQL("TRUE")
        query.groupby = SQL("GROUPING SETS ((%s), (%s, %s))", by, group, by)
        return SQL("GROUPING(%s) = 1", group)

    @api.model
    def _crm_month(self, unit, moment):
        """Return the first day (SQL) of the unit of a moment, where the user is."""
        return SQL(
            "date_trunc(%s, %s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
            unit,
            moment,
            str(self.env.tz),
        )

    @api.model
    def _crm_span_end(self, unit, first):
        """Return the last day (date) of a month, quarter or year."""
        months = {"month": 1, "quarter": 3, "year": 12}[unit]
        return fields.Date.subtract(fields.Date.add(first, months=months), days=1)
