"""What wrote the ledger of the demonstration: batches, some of them refused in part."""

from collections import defaultdict

from odoo.addons.crm_base.demo.diary import read_table
from odoo.addons.crm_base.demo.story import Chapter

KINDS = ("release", "claim", "assign")


class Batches(Chapter):
    """Writes down the batches whose customers stand in the ledger already."""

    def tell(self, rows):
        """Make a batch of each group of rows of the ledger that have the same batch.

        :param rows: of customers.tsv, with their partners
        """
        refused = self._read_refusals({row.id: row.partner for row in rows})
        moves = self.env["crm.owner.move"].search(
            [("batch_id", "!=", False), ("kind", "in", KINDS)], order="moved_at, id"
        )
        self.env["crm.pool.batch"]._crm_workflow().create(
            [
                self._batch(batch, refused)
                for batch in moves.grouped("batch_id").values()
            ]
        )

    def _read_refusals(self, partners):
        """Return who was refused beside a customer, a dict of its id to values."""
        refused = defaultdict(list)
        for row in read_table(__file__, "refusals.tsv"):
            customer = partners[row["customer"]]
            refused[partners[row["moved"]].id].append(
                {
                    "res_id": customer.id,
                    "name": customer.name,
                    "reason": row["reason"],
                }
            )
        return refused

    def _batch(self, moves, refused):
        move = moves[0]
        rows = refused[move.partner_id.id] if move.kind == "assign" else []
        return {
            "batch_id": move.batch_id,
            "kind": move.kind,
            "user_id": move.actor_id.id,
            "to_user_id": move.to_user_id.id,
            "pool_id": move.pool_id.id,
            "reason": move.reason,
            "done_at": move.moved_at,
            "total": len(moves) + len(rows),
            "done_count": len(moves),
            "refused_count": len(rows),
            "row_ids": [(0, 0, row) for row in rows],
        }
