import json

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .product_case import ProductCase

COST = 60000


@tagged("post_install", "-at_install")
class TestProductCost(ProductCase):
    """What a product costs is told to nobody without the permission, by no door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam)
        vendor = cls.env["res.partner"].create({"name": "铸造厂"})
        cls.vendor = cls.env["product.supplierinfo"].create(
            {
                "partner_id": vendor.id,
                "product_tmpl_id": cls.lathe.product_tmpl_id.id,
                "price": COST,
            }
        )
        cls.env["product.pricelist"].create({"name": "标价", "sequence": 1})
        cls.markup = cls.env["product.pricelist"].create(
            {
                "name": "成本加成",
                "sequence": 9,
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "formula",
                            "base": "standard_price",
                            "price_markup": 25,
                        }
                    )
                ],
            }
        )
        cls.order = (
            cls.env["sale.order"]
            .with_user(cls.sam)
            .create(
                {
                    "partner_id": cls.customer.id,
                    "order_line": [Command.create({"product_id": cls.lathe.id})],
                }
            )
        )
        cls.env.flush_all()

    def _hidden(self):
        """Return (record, field) of everything that tells the cost."""
        line = self.order.order_line
        report = self.env["sale.report"].search(
            [("order_reference", "=", f"sale.order,{self.order.id}")]
        )
        return [
            (self.lathe, "standard_price"),
            (self.lathe.product_tmpl_id, "standard_price"),
            (self.vendor, "price"),
            (self.vendor, "price_discounted"),
            (line, "purchase_price"),
            (line, "margin"),
            (line, "margin_percent"),
            (self.order, "margin"),
            (self.order, "margin_percent"),
            (report, "margin"),
        ]

    def _doors(self, record, name):
        """Return the doors through which one reads a field, a dict of name to call."""
        model = record.browse()
        stored = record._fields[name].store or record._name == "sale.report"
        doors = {
            "attribute": lambda: record[name],
            "read": lambda: record.read([name]),
            "web_read": lambda: record.web_read({name: {}}),
            "search_read": lambda: model.search_read([], [name], limit=1),
            "web_search_read": lambda: model.web_search_read([], {name: {}}, limit=1),
            "export": lambda: record.export_data([name]),
            "mapped": lambda: record.mapped(name),
            "filter": lambda: record.filtered_domain([(name, ">", 1)]),
        }
        if stored or record._fields[name].search:
            doors["domain"] = lambda: model.search([(name, ">", 1)])
            doors["count"] = lambda: model.search_count([(name, "=", COST)])
        if stored:
            doors["group"] = lambda: model._read_group([], [], [f"{name}:sum"])
            doors["formatted_read_group"] = lambda: model.formatted_read_group(
                [], [], [f"{name}:sum"]
            )
            if record._name != "product.supplierinfo":
                doors["order"] = lambda: model.search([], order=name)
        return doors

    def test_doors(self):
        """Every door refuses every field that tells the cost. Covers: S10."""
        for record, name in self._hidden():
            self.assertTrue(record, name)
            for user in (self.sam, self.manager, self.director, self.employee):
                if record._name.startswith("sale.") and user == self.employee:
                    continue
                seen = record.with_user(user)
                self.assertNotIn(name, seen.fields_get())
                for door, call in self._doors(seen, name).items():
                    with (
                        self.subTest(f"{record._name}.{name} {door} {user.login}"),
                        self.assertRaises(AccessError),
                    ):
                        call()

    def test_permission(self):
        """Who has the permission sees it all. Covers: S10."""
        self.sam.write(
            {"group_ids": [Command.link(self.env.ref("crm_sales.group_cost").id)]}
        )
        for record, name in self._hidden():
            seen = record.with_user(self.sam)
            self.assertTrue(seen[name] or record[name] == 0, name)
            for door, call in self._doors(seen, name).items():
                with self.subTest(f"{record._name}.{name} {door}"):
                    call()
        line = self.order.order_line.with_user(self.sam)
        self.assertEqual(line.purchase_price, COST)
        self.assertEqual(line.margin, 100000 - COST)
        self.assertEqual(self.lathe.with_user(self.boss).standard_price, COST)

    def test_paths_and_forms(self):
        """Nor do paths from elsewhere, forms, copies or defaults tell it.

        Covers: S10.
        """
        lines = self.env["sale.order.line"].with_user(self.sam)
        product = self.lathe.with_user(self.director)
        template = product.product_tmpl_id
        with self.assertRaises(AccessError):
            lines.search([("product_id.standard_price", ">", 1)])
        with self.assertRaises(AccessError):
            lines.search(
                [("product_id", "any", [("standard_price", "=", COST)])], limit=1
            )
        with self.assertRaises(AccessError):
            self.order.order_line.with_user(self.sam).export_data(
                ["product_id/standard_price"]
            )
        with self.assertRaises(AccessError):
            lines.formatted_read_group([], ["product_id.standard_price"], ["__count"])
        for record in (product, template):
            self.assertNotIn(
                "standard_price", record.default_get(["standard_price", "name"])
            )
            with self.assertRaises(AccessError):
                record.onchange({}, [], {"standard_price": {}, "name": {}})
            for values in record.copy_data():
                self.assertNotIn("standard_price", values)
            copied = record.copy()
            self.assertFalse(copied.sudo().standard_price)
            with self.assertRaises(AccessError):
                record.write({"standard_price": 1})
            with self.assertRaises(AccessError):
                record.browse().create({"name": "x", "standard_price": 1})
            loaded = record.browse().load(["name", "standard_price"], [["导入", "1"]])
            self.assertFalse(loaded["ids"])
        arch = template.get_view(view_type="form")["arch"]
        self.assertNotIn('<field name="standard_price"', arch)

    def test_import_profile(self):
        """The import of products has no column for it. Covers: S10."""
        profile = self.env.ref("crm_sales.crm_import_profile_product")
        names = [
            name
            for name, _required in profile.with_user(
                self.director
            )._crm_importable_fields()
        ]
        self.assertIn("list_price", names)
        self.assertNotIn("standard_price", names)

    def test_price_rules_from_the_cost(self):
        """A rule reckoned from the cost works, and is hidden: it would tell the cost.

        Covers: S10.
        """
        rule = self.markup.item_ids
        for user in (self.sam, self.director):
            items = self.env["product.pricelist.item"].with_user(user)
            self.assertFalse(items.search([("id", "=", rule.id)]))
            self.env.invalidate_all()
            self.assertFalse(self.markup.with_user(user).item_ids)
            with self.assertRaises(AccessError):
                rule.with_user(user).read(["price"])
            with self.assertRaises(AccessError):
                self.env["product.pricelist.item"].with_user(self.director).create(
                    {
                        "pricelist_id": self.markup.id,
                        "compute_price": "formula",
                        "base": "standard_price",
                    }
                )
        self.assertTrue(rule.with_user(self.boss).price)
        order = (
            self.env["sale.order"]
            .with_user(self.sam)
            .create(
                {
                    "partner_id": self.customer.id,
                    "pricelist_id": self.markup.id,
                    "order_line": [Command.create({"product_id": self.lathe.id})],
                }
            )
        )
        self.assertEqual(order.order_line.price_unit, COST * 1.25)
        order.order_line.product_uom_qty = 2
        order.order_line.product_id = self.drill
        found = self.env["product.product"].with_user(self.sam)
        found = found.find_to_sell("CK6140", 5, self.markup.id)
        self.assertEqual(found[0]["price"], COST * 1.25)

    def test_what_is_written_down(self):
        """Logs and messages do not repeat it. Covers: S10."""
        self.lathe.with_user(self.boss).standard_price = 61234
        self.order.order_line.sudo().purchase_price = 61234
        self.env.flush_all()
        logs = self.env["crm.change.log"].with_user(self.director)
        told = logs.search([]).read(["old_text", "new_text", "new_value"])
        self.assertNotIn("61234", json.dumps(told, default=str))
        messages = self.lathe.product_tmpl_id.message_ids | self.order.message_ids
        tracked = messages.sudo().tracking_value_ids
        self.assertNotIn(61234, tracked.mapped("new_value_float"))

    def test_work_goes_on(self):
        """Whoever knows no cost still quotes, changes and confirms. Covers: S10."""
        line = self.order.order_line
        line.write({"product_uom_qty": 2, "price_unit": 95000, "discount": 5})
        self.order.action_confirm()
        self.order.copy()
        self.assertEqual(line.sudo().purchase_price, COST)
        self.assertEqual(self.order.sudo().margin, 2 * 95000 * 0.95 - 2 * COST)
        vendors = self.env["product.supplierinfo"].with_user(self.sam)
        self.assertTrue(vendors.search([]))
