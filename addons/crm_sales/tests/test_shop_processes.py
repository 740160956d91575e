from odoo.tests import new_test_user, tagged

from odoo.addons.crm_base.tests.processes import ProcessCase

ROUNDS, COUNT = 2, 2


@tagged("post_install", "-at_install")
class TestShopProcesses(ProcessCase):
    """A counter whose network is slow: the sale is sent again, to another process."""

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            cashier = new_test_user(
                env, login="race_cashier", groups="crm_base.group_salesperson"
            )
            walk_in = env["res.partner"].create({"name": "散客"})
            product = env["product.product"].create(
                {"name": "扳手", "list_price": 30, "type": "consu", "taxes_id": False}
            )
            shop = env["crm.shop"].create(
                {
                    "name": "王府井店",
                    "partner_id": walk_in.id,
                    "user_ids": [(6, 0, cashier.ids)],
                }
            )
            self.cash = env.ref("crm_sales.dictionary_shop_payment_method_cash").id
            self.user, self.walk_in = cashier.id, walk_in.id
            self.product, self.shop = product.id, shop.id
        self.addCleanup(self._clean)

    def _clean(self):
        with self.committed() as env:
            env.cr.execute(
                """
                UPDATE sale_order SET shop_reversed_id = NULL WHERE shop_id = %(shop)s;
                DELETE FROM crm_shop_payment WHERE order_id IN
                    (SELECT id FROM sale_order WHERE shop_id = %(shop)s);
                DELETE FROM crm_deed_split WHERE order_id IN
                    (SELECT id FROM sale_order WHERE shop_id = %(shop)s);
                DELETE FROM sale_order WHERE shop_id = %(shop)s;
                DELETE FROM crm_idempotency_key WHERE create_uid = %(user)s;
                """,
                {"shop": self.shop, "user": self.user},
            )
            env["crm.shop"].browse(self.shop).unlink()
            env["product.product"].browse(self.product).product_tmpl_id.unlink()
        self.remove([self.walk_in], (), [self.user])

    def _sale(self, quantity=2):
        paid = {"method_id": self.cash, "amount": 30 * quantity}
        line = {"product_id": self.product, "quantity": quantity}
        return {"lines": [line], "payments": [paid]}

    def _orders(self, **values):
        with self.committed() as env:
            orders = env["sale.order"].search(
                [(name, "=", value) for name, value in values.items()]
            )
            return [
                (order.id, order.amount_total, len(order.shop_payment_ids))
                for order in orders
            ]

    def test_at_the_same_moment(self):
        """One key is one sale, one sale is reversed once. Covers: S16."""
        # one test, because starting the workers costs more than what they do
        workers = self.workers(COUNT)
        for number in range(ROUNDS):
            with self.subTest("the same sale", round=number):
                self._meet_same(workers, f"same-{number}")
        with self.subTest("another sale under the same key"):
            self._meet_other(workers)
        with self.subTest("reversed at that moment"):
            self._meet_reversals(workers)

    def _post(self, key, sale):
        return (self.user, "crm.shop", "post_sale", key, sale), {"ids": [self.shop]}

    def _meet_same(self, workers, key):
        answers = workers.race([self._post(key, self._sale())] * COUNT)
        found = self._orders(shop_key=key)
        self.assertEqual(len(found), 1, answers)
        [(order, amount, payments)] = found
        self.assertEqual({answer["result"]["id"] for answer in answers}, {order})
        self.assertEqual((amount, payments), (60, 1))

    def _meet_other(self, workers):
        answers = workers.race(
            [self._post("other", self._sale(number)) for number in range(1, COUNT + 1)]
        )
        self.assertEqual(len(self._orders(shop_key="other")), 1)
        self.assertEqual(len([one for one in answers if "result" in one]), 1, answers)
        [refused] = [one for one in answers if "error" in one]
        self.assertIn("posted already", refused["message"])

    def _meet_reversals(self, workers):
        call, ids = self._post("reversed", self._sale())
        order = workers.call(0, *call, **ids)["id"]
        answers = workers.race(
            [
                (
                    (self.user, "crm.shop", "reverse_sale", f"r-{number}", order, "错"),
                    {"ids": [self.shop]},
                )
                for number in range(COUNT)
            ]
        )
        self.assertEqual(len([one for one in answers if "result" in one]), 1, answers)
        self.assertEqual(len(self._orders(shop_reversed_id=order)), 1)
