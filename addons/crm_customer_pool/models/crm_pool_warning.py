from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL


class CrmPoolWarning(models.Model):
    """That somebody was told of a record about to go back: each step once.

    A row is one step (so many days before) of one date of one customer, or of what else
    pools hold, for one person. The unique index is what keeps a warning from being
    given twice, however often and by how many processes the job runs, and when a date
    moves away and comes back.

    An addon that has pools of its own kind adds the link of that kind, its unique index
    and the check of what is linked.
    """

    _name = "crm.pool.warning"
    _description = "Pool Warning"
    _order = "deadline, id"
    _rec_name = "deadline"
    _log_access = False

    notice_id = fields.Many2one(
        "crm.pool.notice", index="btree_not_null", ondelete="cascade"
    )
    partner_id = fields.Many2one("res.partner", "Customer", ondelete="cascade")
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

    _link_check = models.Constraint(
        "CHECK (partner_id IS NOT NULL)", "A warning is about something that goes back."
    )
    _once_uniq = models.UniqueIndex(
        "(partner_id, user_id, owner_id, deadline, step, is_escalation)"
    )
    _deadline_idx = models.Index("(deadline)")

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _cron_warn(self):
        """Warn whoever is about to lose something; called every hour."""
        self._crm_warn()

    @api.model
    def _crm_warn(self, now=None):
        """Note the warnings that are due, and bundle them into notices.

        :param datetime now: UTC
        :return: number of warnings that are new (int)
        """
        now = now or fields.Datetime.now()
        farthest = self._crm_farthest()
        if not farthest:
            return 0
        self.env.flush_all()
        return sum(
            self._crm_warn_of(holds, days, now)
            for holds, days in sorted(farthest.items())
        )

    @api.model
    def _crm_farthest(self):
        """Return how many days before somebody is told, at most, by kind (Counter)."""
        farthest = Counter()
        for pool in self.env["crm.pool"].search([("active", "=", True)]):
            farthest[pool.holds] = max(farthest[pool.holds], pool.escalate_days)
        for rule in self.env["crm.pool.rule"].search([("warn_days", "!=", False)]):
            days = max(map(int, rule.warn_days.split(",")))
            farthest[rule.holds] = max(farthest[rule.holds], days)
        return +farthest

    @api.model
    def _crm_warn_of(self, holds, farthest, now):
        """Note the warnings of one kind of records; return how many are new (int).

        :param str holds: the kind of pool
        :param int farthest: so many days before at most
        :param datetime now: UTC
        """
        held = self.env["crm.pool"]._crm_held_of(holds)
        due = self._crm_due_query(held, now, farthest)
        new = self._crm_insert(
            held,
            SQL(
                """
                SELECT due.record_id, due.owner_id, due.owner_id, due.rule_id,
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
            ),
        )
        new |= self._crm_insert(held, self._crm_escalations(due))
        new._crm_bundle(holds, now)
        return len(new)

    @api.model
    def _crm_due_query(self, held, now, farthest):
        """Return the SQL of the records that go back within so many days.

        :param held: a model with ``crm.pool.mixin``
        """
        return SQL(
            """
            SELECT record.id AS record_id, record.user_id AS owner_id,
                   record.pool_deadline AS deadline, rule.id AS rule_id,
                   rule.warn_days, pool.escalate_days,
                   record.pool_deadline - today.day AS days_left
              FROM %(table)s record
              JOIN crm_pool_rule rule ON rule.id = record.pool_deadline_rule_id
              JOIN crm_pool pool ON pool.id = rule.pool_id
             CROSS JOIN LATERAL (
                   SELECT (%(now)s::timestamp AT TIME ZONE 'UTC'
                           AT TIME ZONE pool.tz)::date AS day
                   ) AS today
             WHERE record.pool_deadline BETWEEN %(first)s AND %(last)s
               AND record.pool_deadline >= today.day
               AND record.user_id IS NOT NULL
               AND record.active
            """,
            table=SQL.identifier(held._table),
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
            SELECT due.record_id, due.owner_id, pair.superior_id, due.rule_id,
                   due.deadline, due.escalate_days, TRUE
              FROM due
              JOIN pair ON pair.owner_id = due.owner_id
            """,
            due,
            self.env["res.users"]._crm_superiors_query(SQL("owner.owner_id")),
        )

    @api.model
    def _crm_insert(self, held, rows):
        """Insert warnings of one kind, but those given before; return the new ones."""
        made = self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_pool_warning
                       (%s, owner_id, user_id, rule_id, deadline, step,
                        is_escalation)
                %s
                    ON CONFLICT DO NOTHING
                RETURNING id
                """,
                SQL.identifier(held._crm_pool_link),
                rows,
            )
        )
        self.invalidate_model()
        return self.browse(row[0] for row in made)

    def _crm_bundle(self, holds, now):
        """Put new warnings of one kind into one notice for each person and time."""
        for (user, is_escalation), warnings in self.grouped(
            lambda warning: (warning.user_id, warning.is_escalation)
        ).items():
            notice = self.env["crm.pool.notice"]._crm_take(
                user, is_escalation, min(warnings.mapped("deadline")), now, holds
            )
            warnings.notice_id = notice

    @api.model
    def _crm_forget(self, holds):
        """Forget what was told of a kind of pool that leaves with its addon."""
        link = self.env["crm.pool"]._crm_held_of(holds)._crm_pool_link
        # sudo: uninstallation
        self.sudo().search([(link, "!=", False)]).unlink()
        self.env["crm.pool.notice"].sudo().search([("holds", "=", holds)]).unlink()

    @api.autovacuum
    def _gc_warnings(self):
        """Forget warnings a year after their date."""
        old = self.search([("deadline", "<", "today -365d")], limit=10000)
        old.unlink()
        return len(old), len(old) == 10000
