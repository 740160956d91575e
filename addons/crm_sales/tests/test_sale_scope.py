from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestSaleScope(SaleCase):
    """Quotations, orders and invoices obey the one scope."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {"name": "数控机床", "type": "consu", "list_price": 100}
        )
        cls.customer = cls._customer(cls.sam)

    def _order(self, user=None, customer=None, **values):
        orders = self.env["sale.order"].with_user(user or self.sam)
        order = orders.create(
            {
                "partner_id": (customer or self.customer).id,
                "user_id": (user or self.sam).id,
                "order_line": [Command.create({"product_id": self.product.id})],
                **values,
            }
        )
        return order.with_env(self.env)

    def test_orders(self):
        """An order and its lines are seen by the owner and those above. Covers: B01."""
        order = self._order()
        viewers = self.sam | self.manager | self.assistant | self.director
        self.assertViewers(order, viewers)
        self.assertViewers(order.order_line, viewers)
        self.assertBlind(self.assistant, order, "write")
        self.assertSees(self.manager, order, "write")

    def test_on_loan(self):
        """Whoever has the customer on loan reads its orders. Covers: B01."""
        order = self._order()
        self._share(self.customer, self.xia, "write")
        self.assertSees(self.xia, order)
        self.assertBlind(self.xia, order, "write")

    def test_customer_in_sight(self):
        """Nobody makes a quotation for somebody else's customer. Covers: B01."""
        with self.assertRaises(AccessError):
            self._order(self.xia)
        order = self._order()
        theirs = self._customer(self.xia, name="华东机械")
        with self.assertRaises(AccessError):
            order.with_user(self.sam).partner_invoice_id = theirs

    def test_invoices(self):
        """Invoices to customers are in the scope; bookkeepers keep Odoo's rules.

        Covers: B01.
        """
        order = self._order()
        order.action_confirm()
        self.product.invoice_policy = "order"
        invoice = order._create_invoices()
        clerk = new_test_user(self.env, "clara", groups="account.group_account_invoice")
        for user in (self.sam, self.manager, clerk):
            self.assertTrue(
                invoice.with_user(user).search([("id", "=", invoice.id)]), user.login
            )
        for user in (self.xia, self.other_manager):
            self.assertFalse(
                invoice.with_user(user).search([("id", "=", invoice.id)]), user.login
            )
            lines = invoice.line_ids.with_user(user)
            self.assertFalse(lines.search([("id", "in", lines.ids)]), user.login)

    def test_people_without_a_role(self):
        """Odoo's sales rights alone show what none of the suite's people has.

        Covers: B01.
        """
        group = "sales_team.group_sale_salesman_all_leads"
        outsider = new_test_user(self.env, "otto", groups=group)
        supplier = self.env["res.partner"].create({"name": "别家"})
        theirs = self._order(outsider, supplier)
        ours = self._order()
        self.assertSees(outsider, theirs)
        self.assertSees(outsider, theirs, "write")
        self.assertBlind(outsider, ours)
        self.assertBlind(self.xia, theirs)

    def test_discounts_without_a_role(self):
        """Whoever sells has the discount of a line in the form. Covers: S11.

        Odoo takes a form without it for one of a company that gives none, and fails on
        the parts of a combo when the company does.
        """
        group = "sales_team.group_sale_salesman_all_leads"
        outsider = new_test_user(self.env, "otto", groups=group)
        for user in (outsider, self.xia):
            items = self.env["product.pricelist.item"].with_user(user)
            self.assertTrue(items._is_discount_feature_enabled())
            self.assertTrue(user.has_group("sale.group_discount_per_so_line"))

    def test_handover(self):
        """Quotations still open go along with the customer. Covers: B03, B04."""
        draft, sent, done = self._order(), self._order(), self._order()
        sent.state = "sent"
        done.action_confirm()
        self.customer.with_user(self.manager).action_transfer(self.sue.id)
        self.assertEqual((draft | sent).user_id, self.sue)
        self.assertSees(self.sue, draft | sent, "write")
        self.assertBlind(self.sam, draft | sent)
        self.assertEqual(done.user_id, self.sam, "who sold stays who sold")
        self.assertSees(self.sue, done)
        names = {(item.model, item.field) for item in self.env["res.users"]._crm_desk()}
        self.assertIn(("sale.order", "user_id"), names)
