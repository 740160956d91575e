from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL


class CrmPoolWarning(models.Model):
    """That somebody was told of a customer about to go back: each step once.

    A row is one step (so many days before) of one date of one customer for one person.
    The unique index is what keeps a warning from being given twice, however often and
    by how many processes the job runs, and when a date moves away and comes back.
    """

    _name = "crm.pool.warning"
    _description = "Pool Warning"
    _order = "deadline, id"
    _rec_name = "partner_id"
    _log_access = False

    notice_id = fields.Many2one(
        "crm.pool.notice", index="btree_not_null", ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, ondelete="cascade"
    )
    owner_id = fields.Many2one(
        "res.users", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", "Person", required=True, index=True, ondelete="cascade"
    )
    rule_id = fields.Many2one(
        "crm.pool.rule", index="btree_not_null", ondelete="set null"
    )
    deadline = fields.Date("Returns to Pool on", required=True)
    step = fields.Integer("Days Before", required=True)
    is_escalation = fields.Boolean("Told to a Superior", required=True)

    _once_uniq = models.UniqueIndex(
        "(partner_id, user_id, owner_id, deadline, step, is_escalation)"
    )
    _deadline_idx = models.Index("(deadline)")

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _cron_warn(self):
        """Warn whoever is about to lose customers; called every hour."""
        self._crm_warn()

    @api.model
    def _crm_warn(self, now=None):
        """Note the warnings that are due, and bundle them into notices.

        :param datetime now: UTC
        :return: number of warnings that are new (int)
        """
        now = now or fields.Datetime.now()
        rules = self.env["crm.pool.rule"].search([("warn_days", "!=", False)])
        steps = [int(days) for rule in rules for days in rule.warn_days.split(",")]
        telling = self.env["crm.pool"].search([("escalate_days", ">", 0)])
        farthest = max([*steps, *telling.mapped("escalate_days")], default=0)
        if not farthest:
            return 0
        self.env.flush_all()
        due = self._crm_due_query(now, farthest)
        new = self._crm_insert(
            SQL(
                """
                SELECT due.partner_id, due.owner_id, due.owner_id, due.rule_id,
                       due.deadline, step.days, FALSE
                  FROM (%s) AS due
                  JOIN LATERAL (
                        SELECT min(chosen.days::integer) AS days
                          FROM unnest(
                                string_to_array(due.warn_days, ',')
                           ) AS chosen (days)
                         WHERE chosen.days::integer >= due.days_left
                       ) AS step ON step.days IS NOT NULL
                """,
                due,
            )
        )
        new |= self._crm_insert(self._crm_escalations(due))
        new._crm_bundle(now)
        return len(new)

    @api.model
    def _crm_due_query(self, now, farthest):
        """Return the SQL of the customers that go back within so many days."""
        return SQL(
            """
            SELECT partner.id AS partner_id, partner.user_id AS owner_id,
                   partner.pool_deadline AS deadline, rule.id AS rule_id,
                   rule.warn_days, pool.escalate_days,
                   partner.pool_deadline - today.day AS days_left
              FROM res_partner partner
              JOIN crm_pool_rule rule ON rule.id = partner.pool_deadline_rule_id
              JOIN crm_pool pool ON pool.id = rule.pool_id
             CROSS JOIN LATERAL (
                   SELECT (%(now)s::timestamp AT TIME ZONE 'UTC'
                           AT TIME ZONE pool.tz)::date AS day
                   ) AS today
             WHERE partner.pool_deadline BETWEEN %(first)s AND %(last)s
               AND partner.pool_deadline >= today.day
               AND partner.user_id IS NOT NULL
               AND partner.active
            """,
            now=now,
            # the day of the pool may be another one than that of the server
            first=now.date() - timedelta(days=1),
            last=now.date() + timedelta(days=farthest + 1),
        )

    @api.model
    def _crm_escalations(self, due):
        """Return the SQL of what superiors are told, by the step of each pool."""
        return SQL(
            """
            WITH due AS MATERIALIZED (
                SELECT * FROM (%s) AS soon
                 WHERE soon.escalate_days > 0 AND soon.days_left <= soon.escalate_days
            ), pair AS MATERIALIZED (
                SELECT owner.owner_id, superior.user_id AS superior_id
                  FROM (SELECT DISTINCT owner_id FROM due) AS owner
                  JOIN LATERAL (%s) AS superior ON TRUE
            )
            SELECT due.partner_id, due.owner_id, pair.superior_id, due.rule_id,
                   due.deadline, due.escalate_days, TRUE
              FROM due
              JOIN pair ON pair.owner_id = due.owner_id
            """,
            due,
            self.env["res.users"]._crm_superiors_query(SQL("owner.owner_id")),
        )

    @api.model
    def _crm_insert(self, rows):
        """Insert warnings, except those given before; return the new ones."""
        made = self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_pool_warning
                       (partner_id, owner_id, user_id, rule_id, deadline, step,
                        is_escalation)
                %s
                    ON CONFLICT DO NOTHING
                RETURNING id
                """,
                rows,
            )
        )
        self.invalidate_model()
        return self.browse(row[0] for row in made)

    def _crm_bundle(self, now):
        """Put new warnings into one notice for each person and time."""
        for (user, is_escalation), warnings in self.grouped(
            lambda warning: (warning.user_id, warning.is_escalation)
        ).items():
            notice = self.env["crm.pool.notice"]._crm_take(
                user, is_escalation, min(warnings.mapped("deadline")), now
            )
            warnings.notice_id = notice

    @api.autovacuum
    def _gc_warnings(self):
        """Forget warnings a year after their date."""
        old = self.search([("deadline", "<", "today -365d")], limit=10000)
        old.unlink()
        return len(old), len(old) == 10000
