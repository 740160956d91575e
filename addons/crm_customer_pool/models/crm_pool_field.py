from odoo import fields, models


class CrmPoolField(models.Model):
    """A column of pooled customers that a pool may hide from its members.

    Contact details are no such column: they are masked in every pool.
    """

    _name = "crm.pool.field"
    _description = "Hideable Column of Pooled Customers"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True, help="Name of the column in the list of pooled customers."
    )
    sequence = fields.Integer(default=10)

    _code_uniq = models.UniqueIndex("(code)", "This column already exists.")
