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

    def _crm_told_names(self):
        """Return the names in these rows as far as the user may know them.

        :return: dict of id of the row to name (str): in full for whoever may read the
            row, else as the members of a pool see it
        """
        # who works here may have the rights of the system; the answer is a person's
        readable = set(self.sudo(False)._filtered_access("read").ids)
        # sudo: names, which are masked where they have to be
        rows = self.sudo()
        links = [
            self.env[name]._crm_pool_link
            for name in self.env["crm.pool"]._crm_held_models().values()
        ]
        names = {}
        for row in rows:
            record = next((row[link] for link in links if row[link]), None)
            if row.id in readable:
                names[row.id] = row.partner_name
            else:
                names[row.id] = record._crm_masked_name() if record else "…"
        return names

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._crm_mask(vals) for vals in vals_list])

    @api.model
    def _crm_mask(self, vals):
        """Return the values (dict) of a row, of a pool with a masked name.

        Administrators of a pool read its ledger, and no more of a name than members.
        """
        if not vals.get("pool_id"):
            return vals
        for name in self.env["crm.pool"]._crm_held_models().values():
            # sudo: whoever moves what is pooled need not see it
            record = self.env[name].sudo()
            record = record.browse(vals.get(record._crm_pool_link) or ())
            if record and record._crm_masked_in_ledger:
                return {**vals, "partner_name": record._crm_masked_name()}
        return vals

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
