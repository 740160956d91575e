from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .order_common import OrderCase


@tagged("post_install", "-at_install")
class TestOrderStatus(OrderCase):
    """States of an order are computed, and a total set by hand is noticed."""

    def test_delivery(self):
        """What is delivered and what is not follows from the lines. Covers: S15."""
        order = self._order(lines=[{"product_uom_qty": 2}, {"product_uom_qty": 1}])
        first, second = order.order_line
        self.assertFalse(order.crm_delivery_state)
        order.with_user(self.sam).action_confirm()
        self.assertEqual(order.crm_delivery_state, "none")
        self.assertEqual(first.qty_undelivered, 2)
        first.with_user(self.sam).qty_delivered = 2
        self.assertEqual(order.crm_delivery_state, "partial")
        second.with_user(self.sam).qty_delivered = 3
        self.assertEqual(order.crm_delivery_state, "done")
        self.assertEqual(second.qty_undelivered, 0)
        for name in ("crm_delivery_state", "crm_payment_state", "crm_paid_amount"):
            with self.subTest(name=name), self.assertRaises(AccessError):
                order.with_user(self.boss).write({name: False})

    def test_payment(self):
        """What is paid follows from invoices and their payments. Covers: S15."""
        order = self._order(lines=[{"product_uom_qty": 2}])
        order.with_user(self.sam).action_confirm()
        self.assertEqual(order.crm_payment_state, "none")
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(order.crm_payment_state, "none")
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        register.create({"amount": 500}).action_create_payments()
        self.assertEqual(order.crm_payment_state, "partial")
        self.assertEqual(order.crm_paid_amount, 500)
        register.create({}).action_create_payments()
        self.assertEqual(order.crm_payment_state, "done")
        self.assertEqual(order.crm_paid_amount, 2000)

    def test_total_by_hand(self):
        """A total set by hand is reached to the cent, and noticed. Covers: S15."""
        country = self.company.account_fiscal_country_id or self.company.country_id
        taxes = self.env["account.tax"].create(
            [
                {
                    "name": f"增值税{rate}%",
                    "amount": rate,
                    "type_tax_use": "sale",
                    "company_id": self.company.id,
                    "country_id": country.id,
                }
                for rate in (13, 6)
            ]
        )
        lines = [
            {"tax_ids": tax.ids, "price_unit": 333.33, "product_uom_qty": 3}
            for tax in taxes
        ]
        order = self._order(lines=lines).with_user(self.sam)
        before = order.amount_total
        for agreed in (2000, 1999.99, 2100.01, before, 2500):
            order.action_set_total(agreed)
            self.assertFalse(
                order.currency_id.compare_amounts(order.amount_total, agreed)
            )
            self.assertEqual(order.amount_before_manual, before)
            self.assertIn("by hand", order.amount_manual_notice)
        order.order_line[0].product_uom_qty = 5
        self.assertIn("Set it again", order.amount_manual_notice)
        order.action_reset_total()
        self.assertFalse(order.amount_manual_notice)
        self.assertEqual(len(order.order_line), 2)
        with self.assertRaises(AccessError):
            order.with_user(self.sue).action_set_total(1)
        with self.assertRaises(AccessError):
            order.is_amount_manual = True
        for garbage in (-1, "x", None, True, float("nan"), [1], 10**20):
            with self.subTest(garbage=garbage), self.assertRaises(UserError):
                order.action_set_total(garbage)
        order.action_confirm()
        for method in (lambda: order.action_set_total(1), order.action_reset_total):
            with self.assertRaises(UserError):
                method()
