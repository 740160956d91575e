from array import array
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

TOLD_KEY = "crm_pool_told"


class Told(dict):
    """Reasons in words, by what they are made from. A class: no caller can pass it."""


class Step(NamedTuple):
    """What became of one step of a run.

    :ivar int taken: records that are in the pool now
    :ivar list refused: dicts ``id``, ``name``, ``reason`` of those that cannot go
    """

    taken: int
    refused: list


class CrmPoolMixin(models.AbstractModel):
    """Taking records back that are due, many at a time."""

    _inherit = "crm.pool.mixin"

    def _crm_take_back(self, pool, dues, batch_id):
        """Hook: put these locked records into their pool, all or none of them.

        This does it by the engine of the model; where thousands are due in a night, a
        model does the same by a few statements.

        :param crm.pool pool: the pool
        :param dict dues: Deadline by id
        :param str batch_id: batch of the rows of the ledger
        :raise UserError: one of the records cannot go
        """
        records = self.with_context(tracking_disable=True)._crm_remembering()
        family = records._crm_family()
        family._crm_end_following()
        family._crm_end_work(
            self.env._("It went into the pool %(pool)s.", pool=pool.name)
        )
        now = fields.Datetime.now()
        groups = records.grouped(lambda record: (record.user_id, dues[record.id][1:]))
        for (owner, _due), group in groups.items():
            due = dues[group[0].id]
            group._crm_pool_move(
                self.env["res.users"],
                "recycle",
                group[0]._crm_deadline_text(due),
                values={
                    "pool_id": pool.id,
                    "pooled_at": now,
                    "pool_former_owner_id": owner.id,
                    "pool_reason_id": False,
                },
                pool_id=pool.id,
                rule_id=due.rule_id,
                batch_id=batch_id,
            )

    @api.model
    def _crm_due_ids(self, pool, today):
        """Return the records with a stored date that has come, by id (array of int).

        By id and not by date: neighbours in the table are written together, which takes
        a third less, and much less where the table does not fit into memory.

        :param crm.pool pool: the pool that takes
        :param date today: the day of the run
        """
        self.flush_model()
        ((ids,),) = self.env.execute_query(
            SQL(
                """
                SELECT array_agg(record.id ORDER BY record.id)
                  FROM %s record
                 WHERE %s
                """,
                SQL.identifier(self._table),
                self._crm_due_sql(pool, today),
            )
        )
        return array("i", ids or ())

    @api.model
    def _crm_due_sql(self, pool, today):
        """Return the SQL condition of a stored date of a pool that has come."""
        return SQL(
            """
            record.pool_deadline <= %s AND record.pool_deadline_rule_id IN (
                SELECT rule.id FROM crm_pool_rule rule WHERE rule.pool_id = %s
            )
            """,
            today,
            pool.id,
        )

    @api.model
    def _crm_recycle_step(self, pool, today, batch_id, ids):
        """Take back those of these records that are due.

        Rows that somebody is working on are stepped over, and those that are no longer
        due by the formula get their right date instead.

        :param crm.pool pool: the pool that takes
        :param date today: the day of the run
        :param str batch_id: batch of the rows of the ledger
        :param Iterable[int] ids: what had a date that has come when the run looked
        :return: a Step
        """
        locked = self._crm_lock_due(pool, today, ids)
        found = self._crm_deadlines(locked)
        dues = {
            id_: due
            for id_, due in found.items()
            if due.deadline <= today and due.pool_id == pool.id
        }
        self._crm_refresh_deadlines([id_ for id_ in locked if id_ not in dues])
        refused = []
        if dues:
            self._crm_take_back_most(pool, dues, batch_id, refused)
        return Step(len(dues) - len(refused), refused)

    @api.model
    def _crm_lock_due(self, pool, today, ids):
        """Lock those of these records whose stored date has come; return their ids."""
        self.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT record.id
                  FROM %s record
                 WHERE record.id IN %s AND %s
                 ORDER BY record.id
                   FOR NO KEY UPDATE OF record SKIP LOCKED
                """,
                SQL.identifier(self._table),
                tuple(ids),
                self._crm_due_sql(pool, today),
            )
        )
        return [id_ for (id_,) in rows]

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
