from odoo import fields, models


class SaleOrderLine(models.Model):
    """The line that makes up for a difference to an agreed total."""

    _inherit = "sale.order.line"

    is_total_difference = fields.Boolean(
        "Difference to the Agreed Total", readonly=True, copy=True
    )
