"""The screen of the counter in the browser."""

from odoo.tests import HttpCase, tagged

from .shop_case import ShopCase


@tagged("post_install", "-at_install")
class TestShopScreen(ShopCase, HttpCase):
    def test_keyboard(self):
        """From the first scan to the change without a mouse. Covers: S16."""
        self.env["crm.shop"].search([("id", "!=", self.shop.id)]).active = False
        self.sam.password = "samsamsam"
        self.start_tour("/odoo/shop-counter", "crm_shop", login="sam")
        order = self.env["sale.order"].search([("shop_id", "=", self.shop.id)])
        self.assertAlmostEqual(order.amount_total, 1227)
        self.assertEqual(order.user_id, self.sam)
        payment = order.shop_payment_ids
        self.assertAlmostEqual(payment.received, 1300)
        self.assertAlmostEqual(payment.change, 73)
