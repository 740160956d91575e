"""What is posted at the counter stays as it is; a reversal takes it back."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .shop_case import ShopCase


@tagged("post_install", "-at_install")
class TestShopSeal(ShopCase):
    def _refused(self, call, errors=UserError):
        with (
            self.assertRaises(errors),
            self.env.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            call()
            self.env.flush_all()

    def test_sealed(self):
        """No door changes a posted sale, for nobody. Covers: S16."""
        order = self._post()
        line, payment = order.order_line, order.shop_payment_ids
        for user in (self.sam, self.boss, self.env.ref("base.user_root")):
            theirs = order.with_user(user).sudo(user == self.env.ref("base.user_root"))
            mine = line.with_env(theirs.env)
            paid = payment.with_env(theirs.env)
            for call in (
                lambda o=theirs: o.write({"partner_id": self._customer(self.sam).id}),
                lambda o=theirs: o.write({"date_order": "2020-01-01 00:00:00"}),
                lambda o=theirs: o.write({"user_id": self.sue.id}),
                lambda o=theirs: o.write({"note": "x"}),
                lambda o=theirs: o.write({"is_shop_sale": False}),
                lambda o=theirs: o.write({"order_line": [Command.clear()]}),
                lambda o=theirs: o.action_unlock(),
                lambda o=theirs: o.action_cancel(),
                lambda o=theirs: o.action_update_prices(),
                lambda o=theirs: o.unlink(),
                lambda r=mine: r.write({"price_unit": 1}),
                lambda r=mine: r.write({"product_uom_qty": 1}),
                lambda r=mine: r.write({"name": "x"}),
                lambda r=mine: r.unlink(),
                lambda r=mine: r.create(
                    {"order_id": order.id, "product_id": self.drill.id}
                ),
                lambda r=mine: r.create(
                    {"order_id": order.id, "display_type": "line_note", "name": "x"}
                ),
                lambda p=paid: p.write({"amount": 1}),
                lambda p=paid: p.unlink(),
            ):
                self._refused(call)
        self.assertEqual(order.state, "sale")
        self.assertAlmostEqual(order.amount_total, 60)

    def test_every_field_is_sealed(self):
        """Of the stored fields only what is no part of the deal stays open."""
        order = self._post()
        stays = order._crm_shop_open_fields()
        for name, field in order._fields.items():
            if field.store and not field.compute and not order._crm_shop_open([name]):
                self.assertNotIn(name, stays)
                self._refused(lambda name=name: order.sudo().write({name: False}))

    def test_no_other_door_posts(self):
        """Nobody makes a shop sale but the shop. Covers: S16."""
        values = {"partner_id": self.walk_in.id, "user_id": self.sam.id}
        orders = self.env["sale.order"].with_user(self.sam)
        self._refused(lambda: orders.create({**values, "is_shop_sale": True}))
        self._refused(
            lambda: orders.with_context(default_is_shop_sale=True).create(
                {**values, "shop_id": self.shop.id}
            )
        )
        order = orders.create(values)
        self._refused(lambda: order.write({"is_shop_sale": True}))
        payments = self.env["crm.shop.payment"].with_user(self.boss)
        self._refused(
            lambda: payments.create({"order_id": order.id, "amount": 1}), AccessError
        )
        copied = self._post().with_user(self.sam).copy()
        self.assertFalse(copied.is_shop_sale)
        self.assertFalse(copied.shop_key)
        self.assertEqual(copied.state, "draft")

    def test_correspondence_goes_on(self):
        """A sealed sale is still written about and delivered. Covers: S16."""
        order = self._post().with_user(self.sam)
        order.message_post(body="客户来电")
        order._portal_ensure_token()
        order.order_line.qty_delivered = 2
        self.assertAlmostEqual(order.order_line.qty_delivered, 2)

    def test_reverse(self):
        """A reversal takes the sale and the money back, once. Covers: S16."""
        cart = self._cart(
            self._line(self.wrench, 2), self._line(self.drill, discount=5)
        )
        cart["payments"] = [
            {"method_id": self.wechat.id, "amount": 400},
            {"method_id": self.cash.id, "amount": 50},
        ]
        order = self._post(cart)
        reversal = self._reverse(order, key="back-1")
        self.assertEqual(reversal.shop_reversed_id, order)
        self.assertAlmostEqual(reversal.amount_total, -order.amount_total)
        self.assertEqual(reversal.state, "sale")
        self.assertEqual(reversal.shop_reversal_reason, "拿错了")
        taken = {row.method_id: row.amount for row in order.shop_payment_ids}
        back = {row.method_id: row.amount for row in reversal.shop_payment_ids}
        self.assertEqual(back, {method: -paid for method, paid in taken.items()})
        self.assertEqual(self._reverse(order, key="back-1"), reversal)
        self._refused(lambda: self._reverse(order), UserError)
        self._refused(lambda: self._reverse(reversal), UserError)
        self._refused(lambda: reversal.sudo().write({"note": "x"}), AccessError)
        self._refused(lambda: reversal.sudo().action_cancel(), AccessError)

    def test_who_reverses(self):
        """One's own of today; a manager any in the scope. Covers: S16."""
        order = self._post()
        self._refused(lambda: self._reverse(order, self.sue), UserError)
        self._refused(lambda: self._reverse(order, self.xia), AccessError)
        self._refused(lambda: self._reverse(order, reason=" "), UserError)
        yesterday = fields.Datetime.now() - timedelta(days=2)
        order._crm_workflow().date_order = yesterday
        self._refused(lambda: self._reverse(order), AccessError)
        self.assertEqual(self._reverse(order, self.manager).user_id, self.manager)

    def test_nothing_but_sales(self):
        """An order that was not sold here is not reversed here. Covers: S16."""
        order = self.env["sale.order"].create(
            {"partner_id": self._customer(self.sam).id, "user_id": self.sam.id}
        )
        self._refused(lambda: self._reverse(order), UserError)
        self._refused(lambda: self.shop.with_user(self.sam).reverse_sale("k", -1, "x"))

    def test_wizard(self):
        """The form of a sale reverses it as well. Covers: S16."""
        order = self._post()
        dialog = (
            self.env["crm.shop.reverse"]
            .with_user(self.sam)
            .create({"order_id": order.id, "reason": "拿错了"})
        )
        action = dialog.action_confirm()
        self.assertEqual(action["res_id"], order.shop_reversal_ids.id)
        self.assertEqual(dialog.action_confirm()["res_id"], action["res_id"])

    def test_day(self):
        """The day says who took what, by which means. Covers: S16."""
        order = self._post()
        self._post(self._cart(paid=60, method=self.wechat), self.sue)
        self._reverse(order)
        self._post(self._cart(self._line(self.drill), paid=400))
        mine = self.shop.with_user(self.sam).compute_day()
        [row] = mine["cashiers"]
        self.assertEqual((row["sales"], row["reversals"]), (2, 1))
        self.assertAlmostEqual(row["amount"], 399)
        self.assertAlmostEqual(row["methods"][str(self.cash.id)], 399)
        self.assertAlmostEqual(row["due"], 0)
        day = self.shop.with_user(self.manager).compute_day()
        amounts = {row["name"]: row["amount"] for row in day["cashiers"]}
        self.assertEqual(amounts, {"Sam": 399, "Sue": 60})
        self.assertEqual(len(day["sales"]), 4)
        empty = self.shop.with_user(self.sam).compute_day("2020-02-29")
        self.assertEqual(empty["cashiers"], [])
        for wrong in ("x", "2020-13-01", 5):
            self._refused(
                lambda wrong=wrong: self.shop.with_user(self.sam).compute_day(wrong),
                UserError,
            )

    def test_receipt(self):
        """The receipt has what was sold, paid and given back. Covers: S16."""
        customer = self._customer(self.sam, "<b>华远</b>")
        order = self._post(self._cart(paid=100, partner_id=customer.id))
        self.shop.receipt_footer = "七日内凭小票换货"
        for paper in ("58", "80", "a4"):
            page = str(
                order.with_user(self.sam)
                .with_context(lang="zh_CN")
                ._crm_shop_receipt(paper)
            )
            for text in (order.name, "扳手", "60.00", "40.00", "七日内", "&lt;b&gt;"):
                self.assertIn(text, page)
            self.assertNotIn("<b>华远", page)
        self.assertIn("陆拾元整", page)
