import uuid

from odoo import fields, models


class CrmShopReverse(models.TransientModel):
    """Taking a shop sale back, from the form of the sale."""

    _name = "crm.shop.reverse"
    _description = "Reverse a Shop Sale"

    order_id = fields.Many2one(
        "sale.order",
        "Shop Sale",
        required=True,
        readonly=True,
        ondelete="cascade",
        domain=[("is_shop_sale", "=", True)],
    )
    key = fields.Char(readonly=True, default=lambda self: uuid.uuid4().hex)
    reason = fields.Char("Reason for the Reversal", required=True)

    def action_confirm(self):
        """Reverse the sale; return the action (dict) that shows the reversal.

        :raise UserError: when there is nothing to reverse
        :raise AccessError: when you may not reverse it
        """
        self.ensure_one()
        shop = self.order_id.shop_id
        reversal = shop.reverse_sale(self.key, self.order_id.id, self.reason)
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": reversal["id"],
            "views": [[False, "form"]],
        }
