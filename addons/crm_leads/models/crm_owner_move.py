from odoo import fields, models


class CrmOwnerMove(models.Model):
    """The ledger also tells which customers came of a lead."""

    _inherit = "crm.owner.move"

    kind = fields.Selection(
        selection_add=[("convert", "Converted from a Lead")],
        ondelete={"convert": lambda moves: moves._crm_forget_kind()},
    )
