from odoo import fields, models


class CrmCustomerMergeLine(models.TransientModel):
    """One field of the customers that are merged."""

    _name = "crm.customer.merge.line"
    _description = "Value of Merged Customers"
    _order = "sequence, id"

    wizard_id = fields.Many2one(
        "crm.customer.merge", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer()
    field_name = fields.Char(required=True)
    label = fields.Char("Field", required=True)
    value_1 = fields.Char("First")
    value_2 = fields.Char("Second")
    value_3 = fields.Char("Third")
    pick = fields.Selection(
        [("1", "First"), ("2", "Second"), ("3", "Third")],
        "Keep",
        required=True,
        default="1",
    )
