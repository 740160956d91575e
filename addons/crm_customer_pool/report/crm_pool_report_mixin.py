from odoo import fields, models
from odoo.tools import SQL

from ..models.crm_owner_move import POOL_IN, POOL_OUT

DAY = 24 * 60 * 60


class CrmPoolReportMixin(models.AbstractModel):
    """What goes through pools of a kind: one row for each that came in or went out.

    Read from the ledger. A move from pool to pool is two rows; what was undone since is
    none. Whether a claim has led to something is said by a time on the record itself,
    if it was still with whoever took it.

    A report names the kind, and where it says what a claim has led to. It has a field
    for the number of those and one for the days until then.
    """

    _name = "crm.pool.report.mixin"
    _description = "What Goes through Pools"
    _order = "moved_at desc, id desc"
    _rec_name = "moved_at"
    _depends = {
        "crm.owner.move": [
            "from_pool_id",
            "from_user_id",
            "kind",
            "moved_at",
            "pool_id",
            "to_user_id",
            "undo_of_id",
        ],
        "crm.pool": ["holds"],
    }

    # the kind of pool
    _crm_holds = ""
    # the column with the time of a success, the fields of successes and of days to them
    _crm_success = ("", "", "")

    moved_at = fields.Datetime("Moved On", readonly=True)
    pool_id = fields.Many2one("crm.pool", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Person",
        readonly=True,
        help="Who got it, or whose it was when it went into the pool.",
    )
    company_id = fields.Many2one("res.company", readonly=True)
    kind = fields.Selection(
        selection=lambda self: (
            self.env["crm.owner.move"]._fields["kind"]._description_selection(self.env)
        ),
        readonly=True,
    )
    came = fields.Integer("Into the Pool", readonly=True)
    left = fields.Integer("Out of the Pool", readonly=True)
    claimed = fields.Integer("Claimed or Assigned", readonly=True)
    conversion = fields.Float("Conversion (%)", readonly=True, aggregator="avg")
    days_in_pool = fields.Float("Days in Pool", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        Move = self.env["crm.owner.move"]
        held = self.env[self.env["crm.pool"]._crm_held_models()[self._crm_holds]]
        success_at, successes, days_to_success = self._crm_success
        return SQL(
            """
            SELECT flow.id, flow.moved_at, flow.pool_id, flow.user_id, flow.company_id,
                   flow.kind,
                   CASE WHEN flow.is_in THEN 1 ELSE 0 END AS came,
                   CASE WHEN flow.is_in THEN 0 ELSE 1 END AS left,
                   CASE WHEN flow.kind IN %(out)s THEN 1 ELSE 0 END AS claimed,
                   CASE WHEN success.days IS NOT NULL THEN 1 ELSE 0 END
                        AS %(successes)s,
                   CASE WHEN flow.kind NOT IN %(out)s THEN NULL
                        WHEN success.days IS NULL THEN 0
                        ELSE 100
                   END AS conversion,
                   CASE WHEN NOT flow.is_in
                        THEN extract(epoch FROM flow.moved_at - came.moved_at) / %(day)s
                   END AS days_in_pool,
                   success.days AS %(days_to_success)s
              FROM (%(flows)s) AS flow
              LEFT JOIN LATERAL (
                    SELECT max(earlier.moved_at) AS moved_at
                      FROM crm_owner_move earlier
                     WHERE NOT flow.is_in
                       AND earlier.%(link)s = flow.record_id
                       AND earlier.id < flow.move_id
                       AND earlier.kind IN %(in)s AND %(came_standing)s
                   ) AS came ON TRUE
              LEFT JOIN LATERAL (
                    SELECT extract(epoch FROM record.%(success_at)s - flow.moved_at)
                           / %(day)s AS days
                      FROM %(table)s record
                     WHERE flow.kind IN %(out)s
                       AND record.id = flow.record_id
                       AND record.%(success_at)s >= flow.moved_at
                       AND NOT EXISTS (
                           SELECT FROM crm_owner_move later
                            WHERE later.%(link)s = flow.record_id
                              AND later.id > flow.move_id
                              AND later.from_user_id = flow.user_id
                              AND later.kind <> 'undo' AND %(standing)s
                              AND later.moved_at <= record.%(success_at)s
                           )
                   ) AS success ON TRUE
            """,
            flows=self._crm_flows(held),
            out=POOL_OUT,
            day=DAY,
            link=SQL.identifier(held._crm_pool_link),
            table=SQL.identifier(held._table),
            success_at=SQL.identifier(success_at),
            successes=SQL.identifier(successes),
            days_to_success=SQL.identifier(days_to_success),
            standing=Move._crm_not_undone("later"),
            came_standing=Move._crm_not_undone("earlier"),
            **{"in": (*POOL_IN, "repool")},
        )

    def _crm_flows(self, held):
        """Return the SQL of what came into pools of this kind and what went out.

        :param held: the model (an empty recordset) of what the pools hold
        """
        Move = self.env["crm.owner.move"]
        return SQL(
            """
            SELECT 2 * move.id AS id, move.id AS move_id, move.moved_at, move.pool_id,
                   COALESCE(move.to_user_id, move.from_user_id) AS user_id,
                   move.company_id, move.kind, move.%(link)s AS record_id,
                   move.kind NOT IN %(out)s AS is_in
              FROM crm_owner_move move
              JOIN crm_pool pool ON pool.id = move.pool_id AND pool.holds = %(holds)s
             WHERE move.kind IN %(all)s AND %(kept)s
             UNION ALL
            SELECT 2 * move.id + 1, move.id, move.moved_at, move.from_pool_id, NULL,
                   move.company_id, move.kind, move.%(link)s, FALSE
              FROM crm_owner_move move
              JOIN crm_pool pool
                ON pool.id = move.from_pool_id AND pool.holds = %(holds)s
             WHERE move.kind = 'repool' AND %(kept)s
            """,
            link=SQL.identifier(held._crm_pool_link),
            holds=self._crm_holds,
            out=POOL_OUT,
            all=(*POOL_IN, *POOL_OUT, "repool"),
            kept=Move._crm_not_undone("move"),
        )
