from odoo import models
from odoo.exceptions import UserError

from odoo.addons.crm_base.tools.arguments import as_id


class SaleOrderLine(models.Model):
    """Products that a customer was offered before go into a quotation by one click."""

    _inherit = "sale.order.line"

    def action_take_into_quotation(self):
        """Add these lines to the quotation that the list was opened from.

        It is named by ``crm_order_id`` in the context.

        :return: an action (dict) that closes the list
        :raise AccessError: the quotation or the lines are out of reach
        :raise UserError: there is no such quotation, or it is no longer one
        """
        self.check_access("read")
        order_id = as_id(self.env.context.get("crm_order_id"))
        order = self.env["sale.order"].browse(order_id).exists()
        if not order or order.state not in ("draft", "sent"):
            raise UserError(self.env._("Open this list from a quotation."))
        order.check_access("write")
        fit = self.filtered(
            lambda line: line.product_id and line.currency_id == order.currency_id
        )
        if fit != self or not self:
            raise UserError(
                self.env._("Prices of another currency are not taken over.")
            )
        self.create(
            [
                {
                    "order_id": order.id,
                    "product_id": line.product_id.id,
                    "name": line.name,
                    "product_uom_id": line.product_uom_id.id,
                    "product_uom_qty": line.product_uom_qty,
                    "price_unit": line.price_unit,
                    "discount": line.discount,
                }
                for line in self
            ]
        )
        return {"type": "ir.actions.act_window_close"}
