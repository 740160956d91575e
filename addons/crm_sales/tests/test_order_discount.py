from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from .order_common import OrderCase


@tagged("post_install", "-at_install")
class TestOrderDiscount(OrderCase):
    """What is above somebody's limit does not reach the customer, by any door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        limits = cls.env["crm.discount.limit"]
        limits.create(
            [
                {"role": "salesperson", "percent": 10},
                {"role": "manager", "percent": 20},
                {"role": "director", "percent": 40},
            ]
        )

    def _refused(self, deed):
        with self.assertRaises(UserError) as caught:
            deed()
        return caught.exception.args[0]

    def test_doors(self):
        """Sending, confirming, writing the state and later changes. Covers: S11."""
        order = self._order(lines=[{"discount": 15}]).with_user(self.sam)
        for door in (
            order.action_quotation_send,
            order.action_quotation_sent,
            order.action_confirm,
            lambda: order.write({"state": "sent"}),
            lambda: order.sudo().write({"state": "sale"}),
            lambda: self._order(lines=[{"discount": 15}], state="sent"),
            lambda: order.with_user(self.env.ref("base.user_root")).action_confirm(),
        ):
            text = self._refused(door)
            self.assertIn("15.00", text)
            self.assertIn(self.manager.name, text)
        self.assertEqual(order.state, "draft")
        self.assertIn(self.manager.name, order.discount_notice)
        order.order_line.discount = 10
        self.assertFalse(order.discount_notice)
        order.action_quotation_sent()
        line = order.order_line
        for change in (
            {"discount": 30},
            {"price_unit": 500},
            {"line_total": 600},
            {"price_unit": 500, "technical_price_unit": 500},
        ):
            with self.subTest(change=change):
                self._refused(lambda change=change: line.write(change))
        self._refused(
            lambda: order.write(
                {
                    "order_line": [
                        Command.create(
                            {"product_id": self.product.id, "price_unit": -500}
                        )
                    ]
                }
            )
        )
        order.action_confirm()
        self._refused(lambda: line.write({"discount": 90}))

    def test_lines_that_pass_for_others(self):
        """A false down payment or a moved line is looked at. Covers: S11."""
        order = self._order(lines=[{}]).with_user(self.sam)
        order.action_quotation_sent()
        cheap = {"product_id": self.product.id, "price_unit": 500}
        self._refused(
            lambda: order.write(
                {"order_line": [Command.create({**cheap, "is_downpayment": True})]}
            )
        )
        draft = self._order(lines=[{"discount": 30}], partner_id=order.partner_id.id)
        self._refused(
            lambda: draft.order_line.with_user(self.sam).write({"order_id": order.id})
        )
        # as Odoo's dialog makes it: nothing of it is delivered
        order.action_confirm()
        order.sudo().write(
            {
                "order_line": [
                    Command.create(
                        {**cheap, "is_downpayment": True, "product_uom_qty": 0}
                    )
                ]
            }
        )

    def test_combos(self):
        """What is taken off an item of a combo is a discount, too. Covers: S11."""
        combo = self.env["product.combo"].create(
            {
                "name": "配件",
                "combo_item_ids": [Command.create({"product_id": self.product.id})],
            }
        )
        whole = self.env["product.product"].create(
            {
                "name": "整机套装",
                "type": "combo",
                "list_price": 800,
                "combo_ids": combo.ids,
            }
        )
        order = self._order(lines=[{"product_id": whole.id}])
        item = order.order_line.create(
            {
                "order_id": order.id,
                "product_id": self.product.id,
                "combo_item_id": combo.combo_item_ids.id,
                "linked_line_id": order.order_line.id,
            }
        )
        self.assertEqual((item.price_unit, order.discount_percent), (800, 0))
        order.with_user(self.sam).action_quotation_sent()
        self._refused(lambda: item.with_user(self.sam).write({"price_unit": 700}))

    def test_however_it_is_given(self):
        """A lower price, a gift or a round total is a discount, too. Covers: S11."""
        for lines, percent in (
            ([{"price_unit": 850}], 15),
            ([{"price_unit": 900, "discount": 10}], 19),
            ([{}, {"price_unit": 0}], 100),
            ([{}, {"price_unit": -150}], 15),
            ([{"product_uom_qty": 2}, {"product_uom_qty": -1}], 50),
            ([{"line_total": 800}], 20),
        ):
            with self.subTest(lines=lines):
                order = self._order(lines=lines).with_user(self.sam)
                self.assertAlmostEqual(order.discount_percent, percent, 2)
                self._refused(order.action_quotation_sent)
        order = self._order(lines=[{}, {}]).with_user(self.sam)
        order.action_set_total(1700)
        self.assertAlmostEqual(order.discount_percent, 15, 2)
        self._refused(order.action_confirm)

    def test_who_may(self):
        """Whoever has the larger limit offers it himself. Covers: S11."""
        order = self._order(lines=[{"discount": 30}])
        text = self._refused(order.with_user(self.sam).action_confirm)
        self.assertIn(self.director.name, text)
        self.assertNotIn(self.manager.name, text)
        self._refused(order.with_user(self.manager).action_confirm)
        order.with_user(self.director).action_confirm()
        self.assertEqual(order.state, "sale")
        most = self._order(lines=[{"discount": 90}])
        self._refused(most.with_user(self.director).action_confirm)
        most.with_user(self.boss).action_confirm()

    def test_price_lists_and_floors(self):
        """The price list is what discounts are counted from. Covers: S10, S11."""
        prices = self.env["product.pricelist"].create(
            {
                "name": "大客户价",
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "3_global",
                            "compute_price": "percentage",
                            "percent_price": 30,
                        }
                    )
                ],
            }
        )
        order = self._order(pricelist_id=prices.id)
        self.assertEqual(order.order_line.price_subtotal, 700)
        self.assertFalse(order.discount_percent)
        order.with_user(self.sam).action_quotation_sent()
        self.product.floor_price = 950
        low = self._order(lines=[{"discount": 6}])
        self.assertIn("floor", self._refused(low.with_user(self.sam).action_confirm))
        low.with_user(self.director).action_confirm()

    def test_taxes_of_the_customer(self):
        """Other taxes in the price are no discount. Covers: S11."""
        country = self.company.account_fiscal_country_id or self.company.country_id
        common = {
            "type_tax_use": "sale",
            "company_id": self.company.id,
            "country_id": country.id,
            "price_include_override": "tax_included",
        }
        taxes = self.env["account.tax"].create(
            [{"name": f"增值税{rate}%", "amount": rate, **common} for rate in (13, 0)]
        )
        position = self.env["account.fiscal.position"].create(
            {"name": "出口", "company_id": self.company.id}
        )
        taxes[1].write(
            {
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.link(taxes[0].id)],
            }
        )
        self.product.taxes_id = taxes[0]
        plain = self.product.create(
            {"name": "刀片", "list_price": 1000, "taxes_id": False}
        )
        order = self._order(
            lines=[{}, {"product_id": plain.id}], fiscal_position_id=position.id
        )
        adapted, same = order.order_line.mapped("price_unit")
        self.assertAlmostEqual(adapted, 1000 / 1.13, 2)
        self.assertEqual(same, 1000)
        self.assertFalse(order.discount_percent)
        order.order_line[0].discount = 50
        self.assertEqual(order.discount_percent, 50)

    def test_queries(self):
        """Checking many lines costs what few do. Covers: S11."""
        products = self.product.create(
            [{"name": f"零件{number}", "list_price": 5} for number in range(20)]
        )
        counts = []
        for number in (2, 20):
            order = self._order(
                lines=[{"product_id": product.id} for product in products[:number]]
            ).with_user(self.sam)
            self.env.flush_all()
            self.env.invalidate_all()
            order.order_line.mapped("line_total")
            order.order_line.product_id.mapped("list_price")
            before = self.env.cr.sql_log_count
            self.assertFalse(order._crm_discount_refusal())
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
