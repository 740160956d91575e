from odoo import api, fields, models
from odoo.tools import SQL


class CrmPoolAllowance(models.Model):
    """What each member may still take out of a pool, and own: a table of figures.

    One row for each limit that holds for a person in a pool. Counted when it is looked
    at, by the same rules as a claim.
    """

    _name = "crm.pool.allowance"
    _description = "Quota"
    _auto = False
    _order = "user_id, pool_id, kind, level_id"
    _rec_name = "user_id"

    user_id = fields.Many2one("res.users", "Person", readonly=True)
    pool_id = fields.Many2one("crm.pool", readonly=True)
    kind = fields.Selection(
        [
            ("day", "Claimed Today"),
            ("holding", "Owned"),
            ("level", "Customers of a Level"),
            ("lock", "Customers Locked"),
            ("view", "Looks Today"),
            ("week", "Claimed This Week"),
        ],
        readonly=True,
    )
    level_id = fields.Many2one("crm.dictionary", readonly=True)
    used = fields.Integer(readonly=True, aggregator=None)
    limit = fields.Integer(readonly=True, aggregator=None)
    left = fields.Integer(readonly=True, aggregator=None)

    @property
    def _table_query(self):
        self.env["crm.pool"]._crm_flush_members()
        for name in ("crm.owner.move", "crm.pool.view.log", "crm.pool.level.limit"):
            self.env[name].flush_model()
        self.env["res.partner"].flush_model(
            ["user_id", "active", "is_crm_customer", "customer_level_id"]
        )
        # numbered before anything is counted: a row has the same id for everybody
        return SQL(
            """
            SELECT id, user_id, pool_id, kind, level_id, used, maximum AS "limit",
                   GREATEST(maximum - used, 0) AS "left"
              FROM (
                    SELECT quota.*, CASE
                               WHEN kind IN ('day', 'week') THEN (%(claims)s)
                               WHEN kind = 'view' THEN (%(views)s)
                               %(others)s
                               ELSE (%(owned)s)
                           END AS used
                      FROM (
                            SELECT row_number() OVER (
                                       ORDER BY user_id, pool_id, kind, level_id
                                   ) AS id, *
                              FROM (%(keys)s) AS setting
                             WHERE maximum > 0
                           ) AS quota
                   ) AS counted
            """,
            keys=self._crm_keys(),
            others=self._crm_others(),
            claims=SQL(
                """
                SELECT count(*)
                  FROM crm_owner_move move
                 WHERE move.to_user_id = quota.user_id AND move.kind = 'claim'
                   AND move.pool_id = quota.pool_id AND move.moved_at >= quota.since
                   AND %s
                """,
                self.env["crm.owner.move"]._crm_not_undone("move"),
            ),
            views=SQL(
                """
                SELECT count(DISTINCT log.customer_res_id)
                  FROM crm_pool_view_log log
                 WHERE log.user_id = quota.user_id AND log.pool_id = quota.pool_id
                   AND log.logged_at >= quota.since
                """
            ),
            owned=SQL(
                """
                SELECT count(*)
                  FROM res_partner partner
                 WHERE partner.user_id = quota.user_id AND partner.is_crm_customer
                   AND partner.active
                   AND (quota.level_id IS NULL
                        OR partner.customer_level_id = quota.level_id)
                   AND (quota.kind <> 'lock' OR partner.pool_locked_until > %s)
                """,
                fields.Datetime.now(),
            ),
        )

    @api.model
    def _crm_others(self):
        """Return the SQL of what people own of what is no customer, by kind of pool."""
        parts = []
        for holds, name in self.env["crm.pool"]._crm_held_models().items():
            if holds != "customer":
                held = self.env[name]
                held.flush_model(["user_id"])
                parts.append(
                    SQL(
                        """
                        WHEN quota.holds = %s THEN (
                             SELECT count(*)
                               FROM %s record
                              WHERE record.user_id = quota.user_id AND %s
                        )
                        """,
                        holds,
                        SQL.identifier(held._table),
                        held._crm_counted_sql(),
                    )
                )
        return SQL(" ").join(parts)

    @api.model
    def _crm_keys(self):
        """Return the SQL of the limits.

        Columns: user_id, pool_id, kind, level_id, maximum, since (when the pool's day
        or week began, in UTC), holds (what the pool holds).
        """
        return SQL(
            """
            WITH member AS (
                SELECT member.user_id, pool.*,
                       %(day)s AS day_start, %(week)s AS week_start,
                       pool.newcomer_days > 0 AND person.create_date
                       > %(now)s - pool.newcomer_days * interval '1 day' AS is_newcomer
                  FROM (%(members)s) AS member
                  JOIN crm_pool pool ON pool.id = member.pool_id AND pool.active
                  JOIN res_users person ON person.id = member.user_id AND person.active
            )
            SELECT user_id, id AS pool_id, 'day' AS kind, NULL::int AS level_id,
                   CASE WHEN is_newcomer THEN newcomer_claim_per_day
                        ELSE claim_per_day END AS maximum, day_start AS since,
                   holds
              FROM member
             UNION ALL
            SELECT user_id, id, 'week', NULL, claim_per_week, week_start, holds
              FROM member
             UNION ALL
            SELECT user_id, id, 'holding', NULL, holding_limit, NULL, holds
              FROM member
             UNION ALL
            SELECT user_id, id, 'lock', NULL, lock_limit, NULL, holds
              FROM member
             WHERE holds = 'customer'
             UNION ALL
            SELECT user_id, id, 'view', NULL, view_per_day, day_start, holds
              FROM member
             WHERE view_allowed = 'members'
             UNION ALL
            SELECT user_id, member.id, 'level', level_id, "limit", NULL, holds
              FROM member
              JOIN crm_pool_level_limit setting ON setting.pool_id = member.id
             WHERE holds = 'customer'
            """,
            now=SQL("%s::timestamp", fields.Datetime.now()),
            day=self._crm_start("day"),
            week=self._crm_start("week"),
            members=self.env["crm.pool"]._crm_member_sql(),
        )

    @api.model
    def _crm_start(self, unit):
        """Return SQL of when the day or week of a pool began, in UTC."""
        return SQL(
            """(
                date_trunc(%s, %s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE pool.tz)
                AT TIME ZONE pool.tz AT TIME ZONE 'UTC'
            )""",
            unit,
            fields.Datetime.now(),
        )
