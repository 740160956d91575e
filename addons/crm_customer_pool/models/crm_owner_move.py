from odoo import fields, models
from odoo.tools import SQL

# Kinds of rows by which a customer comes into a pool, and leaves it
POOL_IN = ("enter", "release")
POOL_OUT = ("claim", "assign")
# Kinds of rows about customers that stay where they are
LOCKING = ("lock", "unlock")


class CrmOwnerMove(models.Model):
    _inherit = "crm.owner.move"

    kind = fields.Selection(
        selection_add=[
            ("enter", "Put into the Pool"),
            ("release", "Released to the Pool"),
            ("claim", "Claimed"),
            ("assign", "Assigned from the Pool"),
            ("lock", "Locked"),
            ("unlock", "Unlocked"),
        ],
        ondelete={
            kind: lambda moves: moves._crm_forget_pool_kind()
            for kind in (*POOL_IN, *POOL_OUT, *LOCKING)
        },
    )
    pool_id = fields.Many2one("crm.pool", index="btree_not_null", ondelete="restrict")
    reason_id = fields.Many2one(
        "crm.dictionary",
        "Release Reason",
        domain=[("kind", "=", "release_reason")],
        ondelete="restrict",
        index="btree_not_null",
    )

    _pool_moved_at_idx = models.Index(
        "(pool_id, moved_at DESC) WHERE pool_id IS NOT NULL"
    )

    def _crm_forget_pool_kind(self):
        """Keep rows of an addon being uninstalled readable: transfers, with their kind.

        The only change that a ledger row ever sees: its kind is about to lose its name.
        """
        if not self:
            return
        self.env.execute_query(
            SQL(
                """
                UPDATE crm_owner_move
                   SET kind = 'transfer',
                       reason = concat_ws(' ', '[' || kind || ']', NULLIF(reason, ''))
                 WHERE id IN %s
             RETURNING id
                """,
                tuple(self.ids),
            )
        )
        self.invalidate_recordset(["kind", "reason"])
