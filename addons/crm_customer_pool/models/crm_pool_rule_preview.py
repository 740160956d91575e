from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, format_date

from .crm_pool_rule_values import VALUES

# shown of the customers and of the owners
SHOWN = 10
# the days ahead, in so many weeks
WEEKS = 8


class CrmPoolRule(models.Model):
    """Who would go, how many and when, before a rule is saved."""

    _inherit = "crm.pool.rule"

    show_preview = fields.Boolean(
        "Show Who Would Go",
        store=False,
        help="Reckons with the values on this screen, saved or not.",
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False, exportable=False)

    @api.depends_context("uid", "lang")
    @api.depends("show_preview", "active", "sequence", *VALUES)
    def _compute_preview(self):
        user = self.env.user
        administrated = user._crm_pool_ids("admin")
        for rule in self:
            allowed = user._crm_is_boss() or rule.pool_id._origin.id in administrated
            rule.preview = rule.show_preview and allowed and rule._crm_preview()

    def _crm_preview_sql(self):
        """Return the SQL of the dates that this rule, as it stands here, would give."""
        # sudo: records of all members; what is told of them is masked
        held = self.pool_id._origin.sudo()._crm_held()
        rule_id = self._origin.id or 0
        tried = self._crm_tried(rule_id, self.sequence)
        condition = SQL(
            "record.user_id IN (SELECT user_id FROM (%s) AS member WHERE pool_id = %s)",
            self.env["crm.pool"]._crm_member_sql(),
            tried["pool_id"],
        )
        rules = self.env["crm.pool.rule"].sudo()._crm_rules_sql([tried])
        return SQL(
            "SELECT due.id, due.deadline FROM (%s) AS due WHERE due.rule_id = %s",
            held._crm_deadline_sql(condition, rules),
            rule_id,
        )

    def _crm_preview(self):
        """Return who would go, how many and when (Markup)."""
        self.ensure_one()
        if not self.pool_id._origin or self.days < 1:
            return False
        # sudo: the day it is in the pool
        today = self.pool_id._origin.sudo()._crm_today()
        self.env.cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE crm_pool_tried ON COMMIT DROP AS %s",
                self._crm_preview_sql(),
            )
        )
        try:
            weeks = self.env.execute_query(
                SQL(
                    """
                    SELECT CASE WHEN deadline <= %s THEN 0
                                ELSE least((deadline - %s - 1) / 7 + 1, %s)
                           END AS week, count(*)
                      FROM crm_pool_tried GROUP BY week ORDER BY week
                    """,
                    today,
                    today,
                    WEEKS + 1,
                )
            )
            owners = self.env.execute_query(
                SQL(
                    """
                    SELECT record.user_id, count(*),
                           count(*) FILTER (WHERE tried.deadline <= %s)
                      FROM crm_pool_tried tried
                      JOIN %s record ON record.id = tried.id
                     GROUP BY record.user_id
                     ORDER BY 3 DESC, 2 DESC, 1 LIMIT %s
                    """,
                    today,
                    # sudo: what the pool holds
                    SQL.identifier(self.pool_id._origin.sudo()._crm_held()._table),
                    SHOWN,
                )
            )
            first = self.env.execute_query(
                SQL(
                    "SELECT id, deadline FROM crm_pool_tried"
                    " ORDER BY deadline, id LIMIT %s",
                    SHOWN,
                )
            )
        finally:
            self.env.cr.execute(SQL("DROP TABLE crm_pool_tried"))
        return self._crm_preview_html(today, dict(weeks), owners, first)

    def _crm_preview_html(self, today, weeks, owners, first):
        """Return the figures as a person reads them (Markup)."""
        total = sum(weeks.values())
        most = max(weeks.values(), default=1)
        bars = Markup("").join(
            Markup(
                '<tr><td class="text-nowrap pe-2">%s</td><td class="text-end pe-2">%s'
                '</td><td class="w-100"><div class="%s rounded" style="height:0.8em;'
                'width:%s%%"></div></td></tr>'
            )
            % (
                self._crm_week_text(today, week),
                weeks[week],
                "bg-danger" if not week else "bg-primary",
                max(round(100 * weeks[week] / most), 1),
            )
            for week in sorted(weeks)
        )
        # sudo: names of colleagues, and masked ones of customers out of reach
        users = self.env["res.users"].sudo().browse(row[0] for row in owners)
        people = Markup("").join(
            Markup(
                '<tr><td>%s</td><td class="text-end">%s</td>'
                '<td class="text-end">%s</td></tr>'
            )
            % (user.name, due, count)
            for user, (_id, count, due) in zip(users, owners, strict=True)
        )
        customers = Markup("").join(
            Markup("<tr><td>%s</td><td>%s</td></tr>")
            % (self._crm_preview_name(id_), format_date(self.env, deadline))
            for id_, deadline in first
        )
        table = Markup(
            '<table class="table table-sm mb-3"><thead><tr>%s</tr></thead>'
            "<tbody>%s</tbody></table>"
        )

        def heads(*names):
            return Markup("").join(Markup("<th>%s</th>") % name for name in names)

        return (
            Markup("<p><strong>%s</strong></p><table class='w-100 mb-3'>%s</table>")
            % (
                self.env._(
                    "%(total)s would go back by this rule, %(due)s of them at the next"
                    " run.",
                    total=total,
                    due=weeks.get(0, 0),
                ),
                bars,
            )
            + table
            % (
                heads(
                    self.env._("Owner"), self.env._("At Once"), self.env._("Altogether")
                ),
                people,
            )
            + table % (heads(self.env._("The First Ones"), self.env._("On")), customers)
        )

    def _crm_week_text(self, today, week):
        """Return a bar's label (str): 0 is due, beyond the weeks is later."""
        if not week:
            return self.env._("At once")
        if week > WEEKS:
            return self.env._("Later")
        return self.env._(
            "until %s", format_date(self.env, fields.Date.add(today, days=7 * week))
        )

    def _crm_preview_name(self, res_id):
        """Return a record's name (str), masked for whoever cannot see it."""
        # sudo: what the pool holds; the name to be masked
        record = self.pool_id._origin.sudo()._crm_held().sudo(False).browse(res_id)
        if record.has_access("read"):
            return record.name
        return record.sudo()._crm_masked_name()
