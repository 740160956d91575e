from odoo.tests import Form, tagged

from .order_common import OrderCase


@tagged("post_install", "-at_install")
class TestPastPrices(OrderCase):
    """What this customer paid before stands beside the line."""

    def _past(self, line, user=None):
        self.env.invalidate_all()
        offers = line.with_user(user or self.sam).past_prices
        return [(offer["order"], offer["net"]) for offer in offers]

    def test_beside_the_line(self):
        """Offers and sales to the customer, the latest first. Covers: S11."""
        sold = self._order(lines=[{"price_unit": 900}], date_order="2025-01-05")
        sold.with_user(self.sam).action_confirm()
        sold.date_order = "2025-01-05"
        offered = self._order(
            lines=[{"price_unit": 1000, "discount": 5}], date_order="2025-03-05"
        )
        offered.with_user(self.sam).action_quotation_sent()
        # neither what nobody has been offered, nor what others pay
        self._order(lines=[{"price_unit": 1}])
        other = self._customer(self.sam, name="华东机械")
        self._order(customer=other, lines=[{"price_unit": 2}]).action_quotation_sent()
        line = self._order().order_line
        expected = [(offered.name, 950), (sold.name, 900)]
        self.assertEqual(self._past(line), expected)
        contact = self._contact(self.customer)
        self.assertEqual(self._past(self._order(customer=contact).order_line), expected)
        with Form(self.env["sale.order"].with_user(self.sam)) as form:
            form.partner_id = self.customer
            with form.order_line.new() as row:
                row.product_id = self.product
                self.assertEqual(
                    [offer["net"] for offer in row.past_prices], [950, 900]
                )

    def test_only_what_is_in_sight(self):
        """Prices of orders that somebody may not see are not told. Covers: S11, B01."""
        mine = self._order(lines=[{"price_unit": 800}])
        mine.with_user(self.sam).action_quotation_sent()
        # it was somebody else's customer, who sees it no longer
        line = self._order().order_line
        self._share(self.customer, self.xia)
        self.assertEqual(len(self._past(line, self.xia)), 1)
        self.env["crm.share"].search([("user_id", "=", self.xia.id)]).unlink()
        rows = self.env["sale.order.line"].with_user(self.xia)
        self.assertFalse(rows._crm_past_prices(self.customer, self.product))

    def test_one_query(self):
        """Lines of a quotation share one query. Covers: S11."""
        products = self.product.create(
            [{"name": f"零件{number}", "list_price": 5} for number in range(20)]
        )
        for product in products:
            order = self._order(lines=[{"product_id": product.id}])
            order.action_quotation_sent()
        counts = []
        for number in (2, 20):
            order = self._order(
                lines=[{"product_id": product.id} for product in products[:number]]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            lines = order.with_user(self.sam).order_line
            lines.mapped("state")
            before = self.env.cr.sql_log_count
            self.assertTrue(all(lines.mapped("past_prices")))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
