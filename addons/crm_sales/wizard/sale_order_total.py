from odoo import fields, models


class SaleOrderTotal(models.TransientModel):
    """Asks for the total that was agreed on."""

    _name = "sale.order.total"
    _description = "Set the Total"

    order_id = fields.Many2one("sale.order", required=True, ondelete="cascade")
    currency_id = fields.Many2one(related="order_id.currency_id")
    amount_before = fields.Monetary(
        "Total of the Lines", related="order_id.amount_total"
    )
    amount = fields.Monetary("Agreed Total", required=True)

    def action_apply(self):
        """Set the total.

        :return: True
        :raise UserError: see ``sale.order.action_set_total``
        """
        self.ensure_one()
        return self.order_id.action_set_total(self.amount)
