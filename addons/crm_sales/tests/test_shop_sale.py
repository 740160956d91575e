"""Selling over the counter: what is posted, paid and sealed."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .shop_case import ShopCase


@tagged("post_install", "-at_install")
class TestShopSale(ShopCase):
    def test_post(self):
        """A sale is a confirmed order with its payments. Covers: S16."""
        order = self._post(
            self._cart(
                self._line(self.wrench, 2),
                self._line(self.drill, discount=10),
                paid=500,
            )
        )
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.locked)
        self.assertTrue(order.is_shop_sale)
        self.assertEqual(order.partner_id, self.walk_in)
        self.assertEqual(order.user_id, self.sam)
        self.assertAlmostEqual(order.amount_total, 419.1)
        payment = order.shop_payment_ids
        self.assertEqual(payment.method_id, self.cash)
        self.assertAlmostEqual(payment.received, 500)
        self.assertAlmostEqual(payment.change, 80.9)
        self.assertAlmostEqual(payment.amount, 419.1)
        self.assertEqual(payment.user_id, self.sam)
        self.assertAlmostEqual(order.shop_due, 0)
        # it stands as paid among all orders, too
        self.assertEqual(order.crm_payment_state, "done")
        self.assertAlmostEqual(order.crm_paid_amount, 419.1)

    def test_name_of_who_walks_in(self):
        """A Chinese company calls whoever walks in by a Chinese name. Covers: X02."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env.company.partner_id.lang = "zh_CN"
        self.env["crm.shop"]._crm_name_walk_in()
        walk_in = self.env.ref("crm_sales.partner_walk_in")
        self.assertEqual(walk_in.name, "散客")

    def test_several_payments(self):
        """Change is taken off the cash, whatever else was paid. Covers: S16."""
        cart = self._cart(self._line(self.drill))
        cart["payments"] = [
            {"method_id": self.wechat.id, "amount": 300},
            {"method_id": self.cash.id, "amount": 100},
        ]
        order = self._post(cart)
        paid = {row.method_id: row.amount for row in order.shop_payment_ids}
        self.assertEqual(paid, {self.wechat: 300, self.cash: 99})

    def test_payment_refused(self):
        """Too little, too much by phone, or in no way at all is refused."""
        line = self._line(self.wrench)
        for cart in (
            self._cart(line),
            self._cart(line, paid=29.99),
            self._cart(line, paid=31, method=self.wechat),
            self._cart(line, paid=30, method=self.phone),
        ):
            with self.assertRaises(UserError):
                self._post(cart)

    def test_on_account(self):
        """A known customer may pay later, where the shop allows it. Covers: S16."""
        customer = self._customer(self.sam)
        cart = self._cart(paid=10, partner_id=customer.id)
        with self.assertRaisesRegex(UserError, "50"):
            self._post(cart)
        self.shop.allow_on_account = True
        order = self._post(cart)
        self.assertEqual(order.partner_id, customer)
        self.assertAlmostEqual(order.shop_due, 50)
        with self.assertRaises(UserError):
            self._post(self._cart(paid=10))

    def test_total_that_was_told(self):
        """A price that changed in the meantime is said before anything is posted."""
        cart = self._cart(paid=60, total=60)
        self.wrench.list_price = 25
        with self.assertRaisesRegex(UserError, "50"):
            self._post(cart)
        self.wrench.list_price = 30
        self.assertAlmostEqual(self._post(cart).amount_total, 60)

    def test_once(self):
        """One key is one sale; with another content it says which. Covers: S16."""
        order = self._post(key="tab-1")
        self.assertEqual(self._post(key="tab-1"), order)
        with self.assertRaisesRegex(UserError, order.name):
            self._post(self._cart(self._line(self.drill), paid=399), key="tab-1")
        # a key is one's own
        self.assertNotEqual(self._post(key="tab-1", user=self.sue), order)

    def test_discount_limit(self):
        """More discount than one may give is refused, by price as well. Covers: S16."""
        self.env["crm.discount.limit"].search([]).active = False
        self.env["crm.discount.limit"].create({"role": "salesperson", "percent": 10})
        line = self._line(self.drill, discount=10)
        self._post(self._cart(line, paid=400))
        for more in (
            self._line(self.drill, discount=10.5),
            self._line(self.drill, price=300),
            self._line(self.drill, price=380, discount=6),
        ):
            with self.assertRaisesRegex(UserError, "CS-DZ-77"):
                self._post(self._cart(more, paid=400))
        # an own price above the list is nobody's loss
        self._post(self._cart(self._line(self.drill, price=500), paid=500))

    def test_prices_of_the_customer(self):
        """Each pays by the own price list, strangers by the shop's. Covers: S16."""
        self.env.user.group_ids += self.env.ref("product.group_product_pricelist")
        lists = self.env["product.pricelist"].create(
            [
                {
                    "name": name,
                    "item_ids": [
                        Command.create(
                            {
                                "compute_price": "percentage",
                                "percent_price": percent,
                                "applied_on": "3_global",
                            }
                        )
                    ],
                }
                for name, percent in (("会员价", 20), ("门店价", 10))
            ]
        )
        self.shop.pricelist_id = lists[1]
        customer = self._customer(self.sam)
        customer.specific_property_product_pricelist = lists[0]
        shop = self.shop.with_user(self.sam)
        [row] = shop.search_products("6901234567892", customer.id)
        self.assertAlmostEqual(row["price"], 24)
        self.assertTrue(row["is_exact"])
        sold = self._post(self._cart(paid=60))
        self.assertAlmostEqual(sold.amount_total, 54)
        self.assertEqual(sold.pricelist_id, lists[1])
        sold = self._post(self._cart(paid=60, partner_id=customer.id))
        self.assertAlmostEqual(sold.amount_total, 48)

    def test_who_sells(self):
        """Cashiers of the shop sell, others do not, nor for others' customers."""
        with self.assertRaises(AccessError):
            self._post(user=self.tom)
        with self.assertRaises(AccessError):
            self._post(user=self.employee)
        theirs = self._customer(self.xia)
        with self.assertRaises(UserError):
            self._post(self._cart(paid=60, partner_id=theirs.id))

    def test_nonsense(self):
        """What makes no sense is refused in words. Covers: S16."""
        self.drill.sale_ok = False
        for lines in (
            [],
            [self._line(self.wrench, 0)],
            [self._line(self.wrench, -1)],
            [self._line(self.wrench, float("inf"))],
            [self._line(self.wrench, discount=101)],
            [self._line(self.wrench, discount=-1)],
            [self._line(self.wrench, price=-1)],
            [self._line(self.wrench, price="1")],
            [self._line(self.drill)],
            [{"product_id": 2**40, "quantity": 1}],
            ["x"],
            [self._line(self.wrench)] * 501,
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self._post({"lines": lines, "payments": []})
        for key in ("", "x" * 65, None):
            with self.assertRaises(UserError):
                self.shop.with_user(self.sam).post_sale(key, self._cart(paid=60))

    def test_search(self):
        """Products are found by name and number, without what is not sold."""
        shop = self.shop.with_user(self.sam)
        self.assertEqual(
            [row["id"] for row in shop.search_products("cs-dz-77")], [self.drill.id]
        )
        self.assertIn(self.wrench.id, [row["id"] for row in shop.search_products("扳")])
        self.wrench.active = False
        self.assertNotIn(
            self.wrench.id, [row["id"] for row in shop.search_products("扳")]
        )
        self.assertEqual(shop.search_products(""), [])
        self.assertIsInstance(shop.search_products("100%_\\"), list)
        customer = self._customer(self.sam, phone="13800138000")
        rows = shop.search_customers("13800138000")
        self.assertEqual([row["id"] for row in rows], [customer.id])
        self.assertEqual(
            self.shop.with_user(self.sue).search_customers("13800138000"), []
        )

    def test_counter_is_theirs(self):
        """Walk-in sales are seen by the scope of the cashier. Covers: B01, S16."""
        order = self._post()
        self.assertSees(self.sam, order)
        self.assertSees(self.manager, order)
        self.assertSees(self.manager, order.shop_payment_ids)
        for user in (self.sue, self.xia):
            self.assertFalse(order.with_user(user).has_access("read"), user.login)
            self.assertFalse(
                order.shop_payment_ids.with_user(user).has_access("read"), user.login
            )


@tagged("post_install", "-at_install")
class TestShopQueries(ShopCase):
    def _queries(self, count):
        products = self.env["product.product"].create(
            [
                {"name": f"螺丝 {count}-{number}", "list_price": 1, "taxes_id": False}
                for number in range(count)
            ]
        )
        cart = self._cart(*(self._line(product) for product in products), paid=count)
        shop = self.shop.with_user(self.sam)
        found = []
        for call in (
            lambda: shop.compute_sale(cart),
            lambda: shop.post_sale(f"key-{count}", cart),
            lambda: shop.search_products(f"螺丝 {count}-"),
        ):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            call()
            self.env.flush_all()
            found.append(self.cr.sql_log_count - before)
        return found

    def test_queries(self):
        """What the counter costs does not grow with the lines. Covers: S16."""
        self._queries(1)
        few, many = self._queries(3), self._queries(40)
        self.assertLessEqual(many[0], few[0] + 2)
        self.assertLessEqual(many[1], few[1] + 6)
        self.assertLessEqual(many[2], few[2] + 2)
