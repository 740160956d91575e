from odoo import api, fields, models
from odoo.tools import SQL

# Kinds of rows that a batch is made of and that can be put back
UNDOABLE = ("transfer", "enter", "release", "recycle", "claim", "assign", "repool")
# What a move overwrites on the customer itself
OVERWRITTEN = (
    "owner_since",
    "pool_id",
    "pooled_at",
    "pool_former_owner_id",
    "pool_reason_id",
    "pool_locked_until",
)


class CrmOwnerMove(models.Model):
    """What a row needs to be taken back, and the row that took it back."""

    _inherit = "crm.owner.move"

    before = fields.Json(
        readonly=True,
        copy=False,
        groups="crm_base.group_boss",
        help="What the move put an end to, for undoing it.",
    )
    undo_of_id = fields.Many2one(
        "crm.owner.move",
        "Undoes",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    @api.model
    def _crm_not_undone(self, alias):
        """Return the SQL condition that a row of the ledger has not been taken back.

        :param str alias: what the ledger is called in the query
        """
        return SQL(
            """NOT EXISTS (
                SELECT FROM crm_owner_move undone WHERE undone.undo_of_id = %s
            )""",
            SQL.identifier(alias, "id"),
        )
