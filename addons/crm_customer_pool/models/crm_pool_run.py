from uuid import uuid4

from odoo import api, fields, models
from odoo.tools import SQL

# so many customers get their new dates within the change of a rule; more of them get
# them in the background, in steps of so many
INLINE = 5_000
STEP = 5_000


class CrmPoolRun(models.Model):
    """Work on many customers that goes on where it was interrupted.

    A row is one night of one pool (``recycle``), or the new dates of all customers
    after a change of rules (``refresh``). It is written in the transaction of each
    step, so whatever ends the process ends the step and nothing else.
    """

    _name = "crm.pool.run"
    _description = "Run of the Pool"
    _order = "id desc"
    _rec_name = "date"

    kind = fields.Selection(
        [("recycle", "Taking Back"), ("refresh", "New Dates")],
        required=True,
        readonly=True,
    )
    pool_id = fields.Many2one(
        "crm.pool", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    date = fields.Date("Day", required=True, readonly=True)
    batch_id = fields.Char(
        readonly=True,
        index="btree_not_null",
        help="Batch of the rows of the ledger; undoing the batch undoes the run.",
    )
    state = fields.Selection(
        [("running", "Running"), ("done", "Done")],
        required=True,
        default="running",
        readonly=True,
    )
    holds = fields.Char(
        "Of",
        required=True,
        readonly=True,
        default="customer",
        help="What new dates are reckoned for: the kind of pool.",
    )
    customer_count = fields.Integer("Customers", readonly=True)
    last_id = fields.Integer("Up to Customer", readonly=True)
    ended_at = fields.Datetime("Ended On", readonly=True)

    _running_idx = models.Index("(kind, id) WHERE state = 'running'")

    # ------------------------------------------------------------
    # NEW DATES
    # ------------------------------------------------------------

    @api.model
    def _crm_request_refresh(self, pools=None, users=None, *, forced=False):
        """Bring dates of customers in line with rules, members or calendars.

        Few customers get theirs at once. For many, a job begins to work in the
        background as soon as this transaction is committed. What else pools hold gets
        its dates alike.

        :param pools: crm.pool records whose rules or members have changed; all if None
        :param users: res.users records whose customers are concerned; all if None
        :param bool forced: also when no rule is left, which takes the dates away
        """
        if pools is None and not forced and not self.env["crm.pool.rule"]._crm_any():
            return
        for holds in self.env["crm.pool"]._crm_held_models():
            self._crm_request_refresh_of(holds, pools, users)

    @api.model
    def _crm_request_refresh_of(self, holds, pools, users):
        """Bring dates of one kind of records in line; see _crm_request_refresh."""
        # sudo: records of everybody
        held = self.env["crm.pool"]._crm_held_of(holds).sudo()
        concerned = held._crm_refresh_condition(pools, users)
        held.flush_model()
        rows = self.env.execute_query(
            SQL(
                "SELECT record.id FROM %s record WHERE %s LIMIT %s",
                SQL.identifier(held._table),
                concerned,
                INLINE + 1,
            )
        )
        if len(rows) <= INLINE:
            held._crm_refresh_deadlines([id_ for (id_,) in rows])
            return
        waiting = self.search(
            [
                ("kind", "=", "refresh"),
                ("state", "=", "running"),
                ("holds", "=", holds),
            ]
        )
        if waiting:
            waiting.write({"last_id": 0})
        else:
            self.create(
                {"kind": "refresh", "date": fields.Date.today(), "holds": holds}
            )
        self.env.ref("crm_customer_pool.ir_cron_refresh_deadlines")._trigger()

    @api.model
    def _cron_refresh_deadlines(self):
        """Give all customers their new dates, in steps of their own transaction."""
        for run in self.search(
            [("kind", "=", "refresh"), ("state", "=", "running")], order="id"
        ):
            if not run._crm_refresh():
                return

    def _crm_refresh(self):
        """Go through all records of a run; return whether there is time left (bool)."""
        run = self
        held = self.env["crm.pool"]._crm_held_of(self.holds)
        self.env["ir.cron"]._commit_progress(remaining=1)
        while True:
            ids = held._crm_refresh_step(run.last_id, STEP)
            if not ids:
                break
            changed = held._crm_refresh_deadlines(ids)
            run.write(
                {
                    "last_id": ids[-1],
                    "customer_count": run.customer_count + changed,
                }
            )
            if not self.env["ir.cron"]._commit_progress(1, remaining=1):
                return False
        run.write({"state": "done", "ended_at": fields.Datetime.now()})
        return bool(self.env["ir.cron"]._commit_progress(1, remaining=0))

    # ------------------------------------------------------------
    # NIGHTS
    # ------------------------------------------------------------

    @api.model
    def _crm_running(self, kind, pool):
        """Return the run of a pool that was interrupted, or is under way."""
        return self.search(
            [("kind", "=", kind), ("state", "=", "running"), ("pool_id", "=", pool.id)],
            order="id",
            limit=1,
        )

    @api.model
    def _crm_start(self, kind, date, pool):
        """Return a new run of a pool."""
        return self.create(
            {
                "kind": kind,
                "date": date,
                "pool_id": pool.id,
                "holds": pool.holds,
                "batch_id": uuid4().hex,
            }
        )
