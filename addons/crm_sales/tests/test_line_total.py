from odoo.exceptions import UserError
from odoo.service.model import call_kw
from odoo.tests import Form, tagged

from .order_common import OrderCase


@tagged("post_install", "-at_install")
class TestLineTotal(OrderCase):
    """The total of a line, through every door, as Odoo's own amounts show it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        company = cls.env.company
        taxes = cls.env["account.tax"]
        country = company.account_fiscal_country_id or company.country_id
        cls.on_top, cls.inside = taxes.create(
            [
                {
                    "name": f"增值税13%{kind}",
                    "amount": 13,
                    "type_tax_use": "sale",
                    "company_id": company.id,
                    "country_id": country.id,
                    "price_include_override": kind,
                }
                for kind in ("tax_excluded", "tax_included")
            ]
        )

    def test_form(self):
        """Each field recalculates the others on the form. Covers: S11."""
        orders = self.env["sale.order"].with_user(self.sam)
        with Form(orders) as form:
            form.partner_id = self.customer
            with form.order_line.new() as line:
                line.product_id = self.product
                line.product_uom_qty = 3
                self.assertEqual(line.line_total, 3000)
                line.line_total = 1000
                self.assertAlmostEqual(line.price_unit, 333.333333, 6)
                line.price_unit = 500
                self.assertEqual(line.line_total, 1500)
                line.product_uom_qty = 7
                self.assertEqual(line.line_total, 3500)
                line.line_total = 1000
        line = form.record.order_line
        self.assertEqual((line.price_subtotal, line.line_total), (1000, 1000))
        self.assertEqual(form.record.amount_total, 1000)

    def test_taxes_and_currencies(self):
        """What was typed is what Odoo computes, to the cent. Covers: S11."""
        for code, totals in (
            ("CNY", (100, 99.99, 0.01, 1234567.89)),
            ("JPY", (100, 1, 1234567)),
            ("KWD", (100, 0.001, 1234.567)),
        ):
            currency = self.env["res.currency"].with_context(active_test=False)
            currency = currency.search([("name", "=", code)])
            currency.active = True
            price_list = self.env["product.pricelist"].create(
                {"name": code, "currency_id": currency.id}
            )
            for tax, name in (
                (self.on_top, "price_subtotal"),
                (self.inside, "price_total"),
            ):
                lines = [
                    {"line_total": total, "product_uom_qty": 7, "tax_ids": tax.ids}
                    for total in totals
                ]
                order = self._order(lines=lines, pricelist_id=price_list.id)
                for line, total in zip(order.order_line, totals, strict=True):
                    with self.subTest(currency=code, tax=tax.name, total=total):
                        self.assertFalse(currency.compare_amounts(line[name], total))
                        self.assertFalse(
                            currency.compare_amounts(line.line_total, total)
                        )

    def test_api_and_file(self):
        """What is given along with the total stays. Covers: S11."""
        order = self._order(lines=[{"product_uom_qty": 4}])
        line = order.order_line
        lines = self.env["sale.order.line"].with_user(self.sam)
        call_kw(lines, "write", [line.ids, {"line_total": 900, "discount": 10}], {})
        self.assertEqual((line.price_unit, line.price_subtotal), (250, 900))
        call_kw(lines, "write", [line.ids, {"line_total": 900, "price_unit": 300}], {})
        self.assertEqual((line.discount, line.price_subtotal), (25, 900))
        with self.assertRaises(UserError):
            call_kw(
                lines,
                "write",
                [
                    line.ids,
                    {
                        "line_total": 900,
                        "price_unit": 300,
                        "product_uom_qty": 4,
                        "discount": 0,
                    },
                ],
                {},
            )
        result = lines.load(
            ["order_id/.id", "product_id/.id", "product_uom_qty", "line_total"],
            [[str(order.id), str(self.product.id), "3", "100"]],
        )
        self.assertFalse(result["messages"])
        self.assertEqual(lines.browse(result["ids"]).price_subtotal, 100)
        with self.assertRaises(UserError):
            lines.browse(result["ids"]).write({"product_uom_qty": 0, "line_total": 5})
        for garbage in ("x", None, True, {}, [1], float("inf")):
            line.write({"line_total": garbage})
        self.assertEqual(line.price_subtotal, 900)

    def test_no_query_more(self):
        """Totals of many lines cost no query more than those of few. Covers: S11."""
        few = self._order(lines=[{}] * 2)
        many = self._order(lines=[{}] * 20)
        counts = []
        for order in (few, many):
            order.order_line.mapped("price_unit")
            with self.assertQueryCount(5):
                count = self.env.cr.sql_log_count
                order.order_line.mapped("line_total")
                counts.append(self.env.cr.sql_log_count - count)
        self.assertLessEqual(counts[1], counts[0])
