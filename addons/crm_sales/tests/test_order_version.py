from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .order_common import OrderCase


@tagged("post_install", "-at_install")
class TestOrderVersion(OrderCase):
    """What the customer had before is kept as it was."""

    def _next(self, order):
        action = order.with_user(self.sam).action_new_version()
        return self.env["sale.order"].browse(action["res_id"])

    def test_versions(self):
        """Another version replaces the one before, which is kept. Covers: S11."""
        lead = self._opportunity(partner_id=self.customer.id)
        order = self._order(lines=[{"price_unit": 900}], opportunity_id=lead.id)
        order.with_user(self.sam).deed_split_ids = [
            Command.create({"user_id": self.sue.id, "percent": 100})
        ]
        order.with_user(self.sam).action_quotation_sent()
        second = self._next(order)
        third = self._next(second)
        self.assertEqual(
            (second.name, third.name), (f"{order.name}-2", f"{order.name}-3")
        )
        self.assertEqual((order.state, second.state), ("cancel", "cancel"))
        self.assertEqual(third.opportunity_id, lead)
        self.assertEqual(third.order_line.price_unit, 900)
        third.with_user(self.sam).order_line.price_unit = 800
        self.assertEqual(order.order_line.price_unit, 900)
        self.assertEqual(third.deed_split_ids.user_id, self.sue)
        action = third.with_user(self.sam).action_open_previous_version()
        self.assertEqual(action["res_id"], second.id)

    def test_replaced(self):
        """A replaced version comes back through no door. Covers: S11."""
        order = self._order()
        self._next(order)
        for user in (self.sam, self.env.user):
            mine = order.with_user(user)
            for door in (
                mine.action_new_version,
                mine.action_draft,
                lambda mine=mine: mine.write({"state": "sale"}),
            ):
                with self.assertRaises(UserError):
                    door()
        with self.assertRaises(AccessError):
            order.with_user(self.boss).next_version_id = False
        sold = self._order()
        sold.with_user(self.sam).action_confirm()
        with self.assertRaises(UserError):
            sold.with_user(self.sam).action_new_version()
        with self.assertRaises(AccessError):
            self._order().with_user(self.sue).action_new_version()

    def test_changes_of_a_version(self):
        """A version tells line by line what it changes. Covers: S11."""
        other = self.env["product.product"].create({"name": "夹具", "taxes_id": False})
        order = self._order(
            lines=[
                {"price_unit": 900, "product_uom_qty": 2},
                {"price_unit": 800},
                {"product_id": other.id, "price_unit": 50},
            ]
        )
        self.assertFalse(order.with_user(self.sam).version_changes_html)
        second = self._next(order).with_user(self.sam)
        self.assertIn("Nothing was changed", second.version_changes_html)
        first_line, second_line, fixture = second.order_line
        first_line.price_unit = 850
        second_line.discount = 10
        fixture.unlink()
        second.write(
            {
                "order_line": [
                    Command.create({"display_type": "line_note", "name": "含运费"})
                ]
            }
        )
        second.invalidate_recordset()
        told = " ".join(second.version_changes_html.split())
        for text in (
            "900",
            "850",
            "夹具",
            "removed",
            "含运费",
            "added",
            "2,420",
            order.name,
        ):
            self.assertIn(text, told)
        self.assertIn("10", told)
        self.assertFalse(order.with_user(self.sam).version_changes_html)
        self.env["res.lang"]._activate_lang("zh_CN")
        local = second.with_context(lang="zh_CN")
        self.assertIn(
            self.env["sale.order.line"]
            ._fields["discount"]
            ._description_string(local.env),
            local.version_changes_html,
        )
