from lxml import etree

from odoo.fields import Command
from odoo.tests import tagged

from .product_case import ProductCase


@tagged("post_install", "-at_install")
class TestPhoneViews(ProductCase):
    """What a phone shows of quotations and contracts."""

    def _form(self, model, user):
        views = self.env[model].with_user(user).get_views([(False, "form")])["views"]
        return etree.fromstring(views["form"]["arch"])

    def test_margin_leaves_nothing(self):
        """Who may not see margins sees no bracket of theirs either. Covers: S10."""

        def brackets(user):
            return [
                text
                for text in self._form("sale.order", user).xpath("//span/text()")
                if text.strip() == "("
            ]

        self.assertFalse(brackets(self.sam))
        self.sam.group_ids = [Command.link(self.env.ref("crm_sales.group_cost").id)]
        self.assertTrue(brackets(self.sam))

    def test_lines_are_cards(self):
        """Parts of a contract are cards with their figures. Covers: S12."""
        form = self._form("crm.contract", self.sam)
        for field, shown in (
            ("line_ids", {"name", "quantity", "price_unit", "amount"}),
            ("collection_plan_ids", {"phase", "percent", "amount", "date_due"}),
            ("delivery_plan_ids", {"name", "quantity", "progress", "date_due"}),
        ):
            names = form.xpath(f"//field[@name='{field}']/kanban//t//field/@name")
            with self.subTest(field):
                self.assertLessEqual(shown, set(names))

    def test_quoted_amount(self):
        """A card of a quotation shows the amount its list shows. Covers: S11."""
        form = self._form("sale.order", self.sam)
        card = "//field[@name='order_line']/kanban//field[@name='%s']/@invisible"
        self.assertEqual(
            form.xpath(card % "line_total"), ["state not in ('draft', 'sent')"]
        )
        self.assertEqual(
            form.xpath(card % "price_subtotal"), ["state in ('draft', 'sent')"]
        )
