from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL


class Step(NamedTuple):
    """What became of one step of a run.

    :ivar last: (deadline, id) of the last record that was looked at, None at the end
    :ivar int taken: records that are in the pool now
    :ivar list refused: dicts ``id``, ``name``, ``reason`` of those that cannot go
    """

    last: tuple | None
    taken: int
    refused: list


class CrmPoolMixin(models.AbstractModel):
    """Taking records back that are due, many at a time."""

    _inherit = "crm.pool.mixin"

    def _crm_take_back(self, pool, dues, batch_id):
        """Hook: put these locked records into their pool, all or none of them.

        :param crm.pool pool: the pool
        :param dict dues: Deadline by id
        :param str batch_id: batch of the rows of the ledger
        :raise UserError: one of the records cannot go
        """

    @api.model
    def _crm_recycle_step(self, pool, today, batch_id, last, limit):
        """Take back the next records that are due.

        Rows that somebody is working on are stepped over, and those that are no longer
        due by the formula get their right date instead.

        :param crm.pool pool: the pool that takes
        :param date today: the day of the run
        :param str batch_id: batch of the rows of the ledger
        :param tuple last: (deadline, id) to go on behind, None to begin
        :param int limit: at most so many records
        :return: a Step
        """
        rows = self._crm_lock_due(pool, today, last, limit)
        if not rows:
            return Step(None, 0, [])
        ids = [id_ for id_, _deadline in rows]
        found = self._crm_deadlines(ids)
        dues = {
            id_: due
            for id_, due in found.items()
            if due.deadline <= today and due.pool_id == pool.id
        }
        self._crm_refresh_deadlines([id_ for id_ in ids if id_ not in dues])
        refused = []
        if dues:
            self._crm_take_back_most(pool, dues, batch_id, refused)
        last_id, last_deadline = rows[-1]
        return Step((last_deadline, last_id), len(dues) - len(refused), refused)

    @api.model
    def _crm_lock_due(self, pool, today, last, limit):
        """Lock the next records with a stored date that has come; return (id, date)."""
        self.flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT record.id, record.pool_deadline
                  FROM %s record
                 WHERE record.pool_deadline <= %s AND %s
                   AND record.pool_deadline_rule_id IN (
                       SELECT rule.id FROM crm_pool_rule rule WHERE rule.pool_id = %s
                   )
                 ORDER BY record.pool_deadline, record.id
                 LIMIT %s
                   FOR NO KEY UPDATE OF record SKIP LOCKED
                """,
                SQL.identifier(self._table),
                today,
                SQL("(record.pool_deadline, record.id) > (%s, %s)", *last)
                if last
                else SQL("true"),
                pool.id,
                limit,
            )
        )

    @api.model
    def _crm_take_back_most(self, pool, dues, batch_id, refused):
        """Take records back; halve them until those that cannot go are found.

        :param list refused: gets what is told about those
        """
        try:
            with self.env.cr.savepoint():
                self.browse(dues)._crm_take_back(pool, dues, batch_id)
            return
        except (UserError, ValidationError) as error:
            self.env.invalidate_all()
            if len(dues) == 1:
                (id_,) = dues
                name = self.browse(id_).display_name
                refused.append({"id": id_, "name": name, "reason": str(error)})
                return
        ids = list(dues)
        for half in (ids[: len(ids) // 2], ids[len(ids) // 2 :]):
            some = {id_: dues[id_] for id_ in half}
            self._crm_take_back_most(pool, some, batch_id, refused)
