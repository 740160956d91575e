from odoo import fields, models
from odoo.tools import SQL

from ..models.crm_owner_move import POOL_IN, POOL_OUT

DAY = 24 * 60 * 60


class CrmPoolReport(models.Model):
    """What goes through pools: one row for each customer that came in or went out.

    Read from the ledger. A move from pool to pool is two rows; what was undone since is
    none. Whether a claim has led to a deal is said by the customer: a deal while it was
    still with whoever took it.
    """

    _name = "crm.pool.report"
    _description = "Pool Analysis"
    _auto = False
    _order = "moved_at desc, id desc"
    _rec_name = "moved_at"
    _depends = {
        "crm.owner.move": [
            "from_pool_id",
            "from_user_id",
            "kind",
            "moved_at",
            "partner_id",
            "pool_id",
            "to_user_id",
            "undo_of_id",
        ],
        "res.partner": ["last_deal_at"],
    }

    moved_at = fields.Datetime("Moved On", readonly=True)
    pool_id = fields.Many2one("crm.pool", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        "Person",
        readonly=True,
        help="Who got the customer, or whose it was when it went into the pool.",
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
    deals = fields.Integer("Led to a Deal", readonly=True)
    conversion = fields.Float(
        "Conversion (%)",
        readonly=True,
        aggregator="avg",
        help="Of a hundred customers claimed or assigned, how many led to a deal.",
    )
    days_in_pool = fields.Float("Days in Pool", readonly=True, aggregator="avg")
    days_to_deal = fields.Float("Days to Deal", readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        Move = self.env["crm.owner.move"]
        return SQL(
            """
            SELECT flow.id, flow.moved_at, flow.pool_id, flow.user_id, flow.company_id,
                   flow.kind,
                   CASE WHEN flow.is_in THEN 1 ELSE 0 END AS came,
                   CASE WHEN flow.is_in THEN 0 ELSE 1 END AS left,
                   CASE WHEN flow.kind IN %(out)s THEN 1 ELSE 0 END AS claimed,
                   CASE WHEN deal.days IS NOT NULL THEN 1 ELSE 0 END AS deals,
                   CASE WHEN flow.kind NOT IN %(out)s THEN NULL
                        WHEN deal.days IS NULL THEN 0
                        ELSE 100
                   END AS conversion,
                   CASE WHEN NOT flow.is_in
                        THEN extract(epoch FROM flow.moved_at - came.moved_at) / %(day)s
                   END AS days_in_pool,
                   deal.days AS days_to_deal
              FROM (%(flows)s) AS flow
              LEFT JOIN LATERAL (
                    SELECT max(earlier.moved_at) AS moved_at
                      FROM crm_owner_move earlier
                     WHERE NOT flow.is_in
                       AND earlier.partner_id = flow.partner_id
                       AND earlier.id < flow.move_id
                       AND earlier.kind IN %(in)s AND %(came_standing)s
                   ) AS came ON TRUE
              LEFT JOIN LATERAL (
                    SELECT extract(epoch FROM partner.last_deal_at - flow.moved_at)
                           / %(day)s AS days
                      FROM res_partner partner
                     WHERE flow.kind IN %(out)s
                       AND partner.id = flow.partner_id
                       AND partner.last_deal_at >= flow.moved_at
                       AND NOT EXISTS (
                           SELECT FROM crm_owner_move later
                            WHERE later.partner_id = flow.partner_id
                              AND later.id > flow.move_id
                              AND later.from_user_id = flow.user_id
                              AND later.kind <> 'undo' AND %(standing)s
                              AND later.moved_at <= partner.last_deal_at
                           )
                   ) AS deal ON TRUE
            """,
            flows=self._crm_flows(),
            out=POOL_OUT,
            day=DAY,
            standing=Move._crm_not_undone("later"),
            came_standing=Move._crm_not_undone("earlier"),
            **{"in": (*POOL_IN, "repool")},
        )

    def _crm_flows(self):
        """Return the SQL of what came into pools and what went out."""
        Move = self.env["crm.owner.move"]
        return SQL(
            """
            SELECT 2 * move.id AS id, move.id AS move_id, move.moved_at, move.pool_id,
                   COALESCE(move.to_user_id, move.from_user_id) AS user_id,
                   move.company_id, move.kind, move.partner_id,
                   move.kind NOT IN %(out)s AS is_in
              FROM crm_owner_move move
             WHERE move.kind IN %(all)s AND move.pool_id IS NOT NULL AND %(kept)s
             UNION ALL
            SELECT 2 * move.id + 1, move.id, move.moved_at, move.from_pool_id, NULL,
                   move.company_id, move.kind, move.partner_id, FALSE
              FROM crm_owner_move move
             WHERE move.kind = 'repool' AND move.from_pool_id IS NOT NULL AND %(kept)s
            """,
            out=POOL_OUT,
            all=(*POOL_IN, *POOL_OUT, "repool"),
            kept=Move._crm_not_undone("move"),
        )
