from odoo import api, fields, models


class CrmShopPayment(models.Model):
    """What was paid at the counter: one row per means of payment, never changed.

    A reversal has rows below zero. What becomes of the money is ``crm_finance``'s, by
    the hook ``_crm_shop_payment`` of orders.
    """

    _name = "crm.shop.payment"
    _description = "Shop Payment"
    _inherit = ["crm.log.mixin"]
    _rec_name = "order_id"

    order_id = fields.Many2one(
        "sale.order", "Shop Sale", required=True, index=True, ondelete="restrict"
    )
    shop_id = fields.Many2one("crm.shop", required=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True)
    method_id = fields.Many2one(
        "crm.dictionary",
        "Means of Payment",
        domain=[("kind", "=", "shop_payment_method")],
        required=True,
        ondelete="restrict",
        index=True,
    )
    amount = fields.Monetary(help="What stays in the shop: received less change.")
    received = fields.Monetary(help="What the customer gave.")
    change = fields.Monetary("Change Given", help="What the customer got back.")

    _shop_logged_at_idx = models.Index("(shop_id, logged_at)")
    _user_logged_at_idx = models.Index("(user_id, logged_at)")

    @api.model
    def _crm_log_name(self):
        return self.env._("What was paid at the counter")
