from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """What of a line is still to be delivered."""

    _inherit = "sale.order.line"

    qty_undelivered = fields.Float(
        "Undelivered", digits="Product Unit", compute="_compute_qty_undelivered"
    )

    @api.depends("product_uom_qty", "qty_delivered", "state", "is_downpayment")
    def _compute_qty_undelivered(self):
        for line in self:
            is_open = line.state == "sale" and not line.is_downpayment
            missing = line.product_uom_qty - line.qty_delivered
            line.qty_undelivered = max(missing, 0) if is_open else 0
