from odoo import api, models
from odoo.tools import SQL

STORED = ("pool_deadline", "pool_deadline_rule_id", "pool_clock", "pool_clock_at")


class CrmPoolMixin(models.AbstractModel):
    """Dates of many records at once, after a change that concerns many."""

    _inherit = "crm.pool.mixin"

    @api.model
    def _crm_refresh_condition(self, pools=None, users=None):
        """Return the SQL condition of the records whose date may change.

        :param pools: crm.pool records with changed rules or members, None for all
        :param users: res.users records whose records are concerned, None for all
        """
        columns = self._crm_deadline_columns()
        conditions = [
            SQL("(%s OR record.pool_deadline IS NOT NULL)", columns["candidate"])
        ]
        if pools is not None:
            Pool = self.env["crm.pool"]
            Pool._crm_flush_members()
            conditions.append(
                SQL(
                    """
                    (%s IN (SELECT member.user_id FROM (%s) AS member
                             WHERE member.pool_id IN %s)
                     OR record.pool_deadline_rule_id IN (
                         SELECT rule.id FROM crm_pool_rule rule
                          WHERE rule.pool_id IN %s
                     ))
                    """,
                    columns["owner"],
                    Pool._crm_member_sql(),
                    tuple(pools.ids) or (0,),
                    tuple(pools.ids) or (0,),
                )
            )
        if users is not None:
            conditions.append(
                SQL("%s IN %s", columns["owner"], tuple(users.ids) or (0,))
            )
        return SQL(" AND ").join(conditions)

    @api.model
    def _crm_refresh_step(self, last_id, limit):
        """Return the ids (list of int) of the next records whose date may change.

        :param int last_id: the last id that was looked at
        :param int limit: how many ids at most
        """
        rows = self.env.execute_query(
            SQL(
                "SELECT record.id FROM %s record WHERE record.id > %s AND %s"
                " ORDER BY record.id LIMIT %s",
                SQL.identifier(self._table),
                last_id,
                self._crm_refresh_condition(),
                limit,
            )
        )
        return [id_ for (id_,) in rows]

    @api.model
    def _crm_refresh_deadlines(self, ids):
        """Store the dates of records as the formula gives them, in one statement.

        Only rows that change are written.

        :param list[int] ids: the records
        :return: number of records that changed (int)
        """
        if not ids:
            return 0
        # what is still to be computed one by one would overwrite the result
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE %(table)s AS kept
                   SET pool_deadline = found.deadline,
                       pool_deadline_rule_id = found.rule_id,
                       pool_clock = found.clock,
                       pool_clock_at = found.clock_at
                  FROM (
                        SELECT record.id, due.deadline, due.rule_id, due.clock,
                               due.clock_at
                          FROM %(table)s record
                          LEFT JOIN (%(formula)s) AS due ON due.id = record.id
                         WHERE record.id = ANY(%(ids)s)
                       ) AS found
                 WHERE kept.id = found.id
                   AND (kept.pool_deadline, kept.pool_deadline_rule_id, kept.pool_clock,
                        kept.pool_clock_at)
                       IS DISTINCT FROM
                       (found.deadline, found.rule_id, found.clock, found.clock_at)
             RETURNING kept.id
                """,
                table=SQL.identifier(self._table),
                formula=self._crm_deadline_sql(source=self._crm_chosen_sql(ids)),
                ids=list(ids),
            )
        )
        self.browse(ids).invalidate_recordset(STORED)
        return len(rows)
