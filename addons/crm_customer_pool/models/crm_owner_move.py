from odoo import fields, models

# Kinds of rows by which a customer comes into a pool, and leaves it
POOL_IN = ("enter", "release", "recycle")
POOL_OUT = ("claim", "assign")
# Kinds of rows about customers that stay where they are
LOCKING = ("lock", "unlock")


class CrmOwnerMove(models.Model):
    _inherit = "crm.owner.move"

    kind = fields.Selection(
        selection_add=[
            ("enter", "Put into the Pool"),
            ("release", "Released to the Pool"),
            ("recycle", "Taken Back by a Rule"),
            ("claim", "Claimed"),
            ("assign", "Assigned from the Pool"),
            ("lock", "Locked"),
            ("unlock", "Unlocked"),
        ],
        ondelete={
            kind: lambda moves: moves._crm_forget_kind()
            for kind in (*POOL_IN, *POOL_OUT, *LOCKING)
        },
    )
    pool_id = fields.Many2one("crm.pool", index="btree_not_null", ondelete="restrict")
    rule_id = fields.Many2one(
        "crm.pool.rule", index="btree_not_null", ondelete="restrict"
    )
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
