from odoo import fields, models


class CrmOwnerMove(models.Model):
    """Rows of customers that go from one pool straight into another."""

    _inherit = "crm.owner.move"

    kind = fields.Selection(
        selection_add=[("repool", "Moved to Another Pool")],
        ondelete={"repool": lambda moves: moves._crm_forget_kind()},
    )
    from_pool_id = fields.Many2one(
        "crm.pool", index="btree_not_null", ondelete="restrict"
    )
