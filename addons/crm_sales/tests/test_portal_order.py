"""Customers who serve themselves: what they see, order, pay and return."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.crm_base.tools.flood_gate import FloodGate
from odoo.addons.payment.tests.common import PaymentCommon

from ..controllers import portal_order
from .shop_case import ShopCase


@tagged("post_install", "-at_install")
class TestPortalOrder(ShopCase, PaymentCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.crm_portal_order = True
        cls.customer = cls._customer(cls.sam, "恒信装饰")
        cls.buyer = cls._portal_user("buyer", cls.customer)
        cls.stranger_firm = cls._customer(cls.xia, "别家公司")
        cls.stranger = cls._portal_user("stranger", cls.stranger_firm)
        cls.reason = cls.env.ref("crm_sales.dictionary_return_reason_quality")

    @classmethod
    def _portal_user(cls, login, customer):
        contact = cls._contact(customer, login)
        return new_test_user(
            cls.env,
            login=login,
            password=login * 2,
            groups="base.group_portal",
            partner_id=contact.id,
        )

    def setUp(self):
        super().setUp()
        self.patch(portal_order, "LOOKS", FloodGate(1000, 10000, 60))
        self.patch(portal_order, "DEEDS", FloodGate(1000, 10000, 60))
        self._as(self.buyer)

    def _as(self, user):
        self.authenticate(user.login, user.login * 2)

    def _send(self, url, **form):
        page = self.url_open("/my/returns").text
        token = page.split('csrf_token: "')[1].split('"')[0]
        return self.url_open(url, {"csrf_token": token, **form})

    def _orders(self, customer=None):
        customer = customer or self.customer
        return self.env["sale.order"].search(
            [("partner_id", "child_of", customer.id)], order="id"
        )

    def _order(self, product=None, quantity=2, **form):
        product = product or self.wrench
        return self._send(
            "/my/basket", order="1", **{f"product_{product.id}": quantity}, **form
        )

    def _sold(self, customer, user):
        order = self.env["sale.order"].create(
            {
                "partner_id": customer.id,
                "user_id": user.id,
                "order_line": [
                    Command.create({"product_id": self.wrench.id, "product_uom_qty": 3})
                ],
            }
        )
        order.action_confirm()
        return order

    def test_prices(self):
        """Everybody sees the own price, and what is on sale. Covers: S17."""
        self.env.user.group_ids += self.env.ref("product.group_product_pricelist")
        # what everybody pays who has no list of the own
        self.env["product.pricelist"].create({"name": "公开价", "sequence": 1})
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "恒信协议价",
                "sequence": 50,
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "fixed",
                            "fixed_price": 27.77,
                            "applied_on": "1_product",
                            "product_tmpl_id": self.wrench.product_tmpl_id.id,
                        }
                    )
                ],
            }
        )
        self.customer.specific_property_product_pricelist = pricelist
        secret = self._product("不卖的东西", 5, sale_ok=False)
        page = self.url_open("/my/prices?search=扳手").text
        self.assertIn("27.77", page)
        page = self.url_open("/my/prices", {"search": secret.name}).text
        self.assertNotIn(f"product_{secret.id}", page)
        self._as(self.stranger)
        page = self.url_open("/my/prices?search=扳手").text
        self.assertNotIn("27.77", page)
        self.assertIn("30.00", page)

    def test_hostile_pages(self):
        """Nonsense in the address of a page is no error. Covers: S17."""
        for query in ("page=-1", "page=x", "page=99999999999999", "search=%25_%5C"):
            self.assertEqual(self.url_open(f"/my/prices?{query}").status_code, 200)
        self.assertEqual(self.url_open("/my/returns?page=9999999").status_code, 200)

    def test_order(self):
        """An order is made at the own prices and waits to be checked. Covers: S17."""
        answer = self._send("/my/prices", **{f"product_{self.wrench.id}": "3"})
        self.assertIn("90.00", answer.text)
        answer = self._send("/my/basket", order="1", key="a" * 32, note="PO-7")
        order = self._orders()
        self.assertIn(f"/my/orders/{order.id}", answer.url)
        self.assertEqual((order.state, order.crm_portal_state), ("sent", "requested"))
        self.assertEqual(order.user_id, self.sam)
        self.assertEqual(order.client_order_ref, "PO-7")
        self.assertAlmostEqual(order.order_line.price_unit, 30)
        self.assertEqual(order.activity_ids.user_id, self.sam)
        self.assertFalse(order._has_to_be_paid() or order._has_to_be_signed())
        # sent once more, it is there once
        self._send(
            "/my/basket",
            order="1",
            key="a" * 32,
            note="PO-7",
            **{f"product_{self.wrench.id}": "3"},
        )
        self.assertEqual(self._orders(), order)

    def test_hostile_orders(self):
        """What no form would send orders nothing. Covers: S17."""
        stopped = self._product("停售", 10)
        stopped.product_tmpl_id._crm_workflow().crm_state = "stopped"
        hidden = self._product("内部", 10, sale_ok=False)
        for form in (
            {f"product_{self.wrench.id}": "-5"},
            {f"product_{self.wrench.id}": "nan"},
            {f"product_{self.wrench.id}": "1e99"},
            {f"product_{self.wrench.id}": "x"},
            {f"product_{stopped.id}": "1"},
            {f"product_{hidden.id}": "1"},
            {"product_999999999": "1"},
            {"product_-1": "1"},
            {"product_": "1"},
            {},
        ):
            answer = self._send("/my/basket", order="1", **form)
            self.assertLess(answer.status_code, 500)
            self._send("/my/basket", **dict.fromkeys(form, "0"))
        self.assertFalse(self._orders())
        # prices are never the customer's to say
        self._order(price_unit="0.01", discount="99", partner_id=self.walk_in.id)
        order = self._orders()
        self.assertAlmostEqual(order.amount_untaxed, 60)
        self.assertEqual(order.partner_id, self.buyer.partner_id)

    def test_without_token(self):
        """No page of somebody else orders for a customer. Covers: S17."""
        answer = self.url_open(
            "/my/basket", {"order": "1", f"product_{self.wrench.id}": "1"}
        )
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self._orders())

    def test_only_customers(self):
        """Who is no customer, or where it is switched off, finds nothing."""
        self.customer.company_id = False
        self.env.company.crm_portal_order = False
        self.assertEqual(self.url_open("/my/prices").status_code, 404)
        self.assertEqual(self._order().status_code, 404)
        self.env.company.crm_portal_order = True
        nobody = new_test_user(
            self.env, "nobody", "base.group_portal", password="nobodynobody"
        )
        self._as(nobody)
        self.assertEqual(self.url_open("/my/prices").status_code, 404)
        self.assertEqual(self.url_open("/my/basket").status_code, 404)

    def test_flood(self):
        """Who does too much at once waits. Covers: S17."""
        self.patch(portal_order, "DEEDS", FloodGate(1, 10, 600))
        self._order()
        answer = self._order()
        self.assertEqual(len(self._orders()), 1)
        self.assertIn("alert-danger", answer.text)
        self.patch(portal_order, "LOOKS", FloodGate(1, 10, 600))
        self.url_open("/my/prices")
        self.assertEqual(self.url_open("/my/prices").status_code, 404)

    def test_pay(self):
        """Checked by staff, paid by the customer, it is confirmed. Covers: S17."""
        self._order()
        order = self._orders()
        with self.assertRaises(AccessError):
            order.with_user(self.xia).action_accept_portal_order()
        order.with_user(self.sam).action_accept_portal_order()
        self.assertTrue(order._has_to_be_paid())
        payment = self._create_transaction(
            "direct",
            sale_order_ids=[Command.set(order.ids)],
            amount=order.amount_total,
            currency_id=order.currency_id.id,
            partner_id=order.partner_id.id,
        )
        payment._set_done()
        payment._post_process()
        self.assertEqual(order.state, "sale")
        self.assertIn(order.name, self.url_open(f"/my/orders/{order.id}").text)

    def test_return(self):
        """A customer asks to return goods of an own order. Covers: S17, S18."""
        order = self._sold(self.buyer.partner_id, self.sam)
        url = f"/my/orders/{order.id}/return"
        page = self.url_open(url).text
        self.assertIn(f"line_{order.order_line.id}", page)
        form = {
            f"line_{order.order_line.id}": "2",
            "reason": self.reason.id,
            "description": "<script>坏了</script>",
            "key": "b" * 32,
        }
        answer = self._send(url, **form)
        record = self.env["crm.return"].search([("order_id", "=", order.id)])
        self.assertEqual((record.state, record.source), ("requested", "portal"))
        self.assertEqual(record.user_id, self.sam)
        (todo,) = order.activity_ids
        self.assertEqual(todo.user_id, self.sam)
        self.assertIn(record.name, todo.note)
        self.assertIn(record.name, answer.text)
        self._send(url, **form)
        self.assertEqual(order.crm_return_count, 1)
        # more than is left, nothing, nonsense
        for wrong in ("2", "-1", "nan", "x", ""):
            self._send(
                url,
                reason=self.reason.id,
                **{f"line_{order.order_line.id}": wrong},
            )
        for reason in ("", "0", self.cash.id, "x"):
            self._send(url, reason=reason, **{f"line_{order.order_line.id}": "1"})
        self.assertEqual(order.crm_return_count, 1)

    def test_orders_of_others(self):
        """Another customer's orders and returns are not there. Covers: B01, S17."""
        order = self._sold(self.stranger.partner_id, self.xia)
        mine = self._sold(self.buyer.partner_id, self.sam)
        order._portal_ensure_token()
        for url in (
            f"/my/orders/{order.id}/return",
            f"/my/orders/{order.id}/return?access_token={order.access_token}",
            "/my/orders/999999999/return",
        ):
            self.assertEqual(self.url_open(url).status_code, 404, url)
            answer = self._send(
                url, reason=self.reason.id, **{f"line_{order.order_line.id}": "1"}
            )
            self.assertEqual(answer.status_code, 404, url)
        # a line of theirs on an order of one's own
        self._send(
            f"/my/orders/{mine.id}/return",
            reason=self.reason.id,
            **{f"line_{order.order_line.id}": "1"},
        )
        self.assertFalse(self.env["crm.return"].search([]) & order.crm_return_ids)
        self.assertFalse(mine.crm_return_count)
        theirs = self.env["crm.return"].create(
            {
                "order_id": order.id,
                "reason_id": self.reason.id,
                "line_ids": [
                    Command.create(
                        {"order_line_id": order.order_line.id, "quantity": 1}
                    )
                ],
            }
        )
        self.assertNotIn(theirs.name, self.url_open("/my/returns").text)

    def test_staff_without_the_customer(self):
        """The page of an order tells staff nothing of a customer who is not theirs.

        Covers: S17, P10.
        """
        self.customer.street = "深南大道9527号"
        order = self._sold(self.customer, self.sam)
        page = order.get_portal_url()
        self.authenticate("sam", "samsamsam")
        self.assertIn("9527", self.url_open(page).text)
        self.customer.with_user(self.manager).action_transfer(self.sue.id)
        self.assertTrue(order.with_user(self.sam).name)
        for address in (page, f"{page}&report_type=pdf", f"/my/orders/{order.id}"):
            self.assertNotIn("9527", self.url_open(address).text)

    def test_receipt_is_for_staff(self):
        """Receipts of the counter are read by whoever sees the sale. Covers: S16."""
        order = self._post()
        url = f"/crm_sales/shop/receipt/{order.id}"
        self.assertEqual(self.url_open(url).status_code, 404)
        self.sam.password = "samsamsam"
        self.authenticate("sam", "samsamsam")
        answer = self.url_open(f"{url}?paper=58")
        self.assertIn(order.name, answer.text)
        self.assertIn("58mm", answer.text)
        self.assertEqual(self.url_open("/crm_sales/shop/receipt/1").status_code, 404)
