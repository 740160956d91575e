from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from .product_case import ProductCase


@tagged("post_install", "-at_install")
class TestPricelist(ProductCase):
    """Several price lists, and those of one customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam)
        cls.foreign = cls._customer(cls.xia, "南方机械")

    def _list(self, user=None, price=88000, **values):
        return (
            self.env["product.pricelist"]
            .with_user(user or self.director)
            .create(
                {
                    "name": "专属价",
                    "item_ids": [
                        Command.create(
                            {
                                "applied_on": "1_product",
                                "product_tmpl_id": self.lathe.product_tmpl_id.id,
                                "fixed_price": price,
                            }
                        )
                    ],
                    **values,
                }
            )
        )

    def _price(self, user, customer):
        order = (
            self.env["sale.order"]
            .with_user(user)
            .create(
                {
                    "partner_id": customer.id,
                    "order_line": [Command.create({"product_id": self.lathe.id})],
                }
            )
        )
        return order.order_line.price_unit

    def test_kinds(self):
        """List, deal, VIP, wholesale and promotion prices live side by side.

        Covers: S10.
        """
        kinds = self.env["crm.dictionary"].search([("kind", "=", "pricelist_kind")])
        self.assertEqual(
            kinds.mapped("code"), ["list", "deal", "vip", "wholesale", "promotion"]
        )
        for number, kind in enumerate(kinds, 1):
            made = self._list(price=1000 * number, name=kind.name, kind_id=kind.id)
            price = made._get_product_price(self.lathe, 1)
            self.assertEqual(price, 1000 * number)
        with self.assertRaises(AccessError):
            self._list(self.sam)

    def test_own_list(self):
        """A customer's own list is used for it without a word. Covers: S10."""
        own = self._list(customer_id=self.customer.id)
        self.assertEqual(self.customer.property_product_pricelist, own)
        self.assertEqual(self._price(self.sam, self.customer), 88000)
        self.assertEqual(self._price(self.xia, self.foreign), 100000)
        own.active = False
        self.customer.invalidate_recordset()
        self.assertEqual(self._price(self.sam, self.customer), 100000)

    def test_own_list_is_seen_with_the_customer(self):
        """What one customer pays is nobody's business beyond. Covers: S10."""
        own = self._list(customer_id=self.customer.id)
        item = own.item_ids
        seers = (self.sam, self.manager, self.director, self.boss)
        for user in seers:
            for record in (own, item):
                self.assertTrue(record.with_user(user).read(["display_name"]))
        for user in (self.sue, self.xia, self.other_manager, self.employee):
            for record in (own, item):
                model = record.browse().with_user(user)
                self.assertFalse(model.search([("id", "in", record.ids)]))
                with self.assertRaises(AccessError):
                    record.with_user(user).read(["display_name"])
            rules = self.lathe.product_tmpl_id.with_user(user)
            self.env.invalidate_all()
            self.assertFalse(rules.pricelist_rule_ids)
            with self.assertRaises(AccessError):
                self.env["product.product"].with_user(user).find_to_sell(
                    "CK6140", 5, own.id
                )

    def test_one_for_each_customer(self):
        """Two own lists would be a riddle."""
        self._list(customer_id=self.customer.id)
        with self.assertRaises(ValidationError):
            self._list(customer_id=self.customer.id)
        copied = self._list(customer_id=self.foreign.id).copy()
        self.assertFalse(copied.customer_id)

    def test_door_of_the_customer(self):
        """From the customer one opens its list, or makes it."""
        with self.assertRaises(AccessError):
            self.customer.with_user(self.sam).action_open_own_pricelist()
        action = self.customer.with_user(self.director).action_open_own_pricelist()
        self.assertFalse(action["res_id"])
        own = self._list(**{"customer_id": action["context"]["default_customer_id"]})
        action = self.customer.with_user(self.sam).action_open_own_pricelist()
        self.assertEqual(action["res_id"], own.id)

    def test_promotion_by_date_and_quantity(self):
        """A promotion ends by itself; more costs less for each."""
        promotion = self._list(price=70000)
        promotion.item_ids.write({"min_quantity": 3, "date_end": "2020-01-01 00:00:00"})
        self.assertEqual(promotion._get_product_price(self.lathe, 3), 100000)
        promotion.item_ids.date_end = False
        self.assertEqual(promotion._get_product_price(self.lathe, 2), 100000)
        self.assertEqual(promotion._get_product_price(self.lathe, 3), 70000)
