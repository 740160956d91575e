from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.crm_base.tests.import_files import ImportCase

from .product_case import ProductCase

HEAD = ["价目表", "产品编码", "单价", "起订量", "开始日期", "结束日期"]


@tagged("post_install", "-at_install")
class TestImportPricelist(ImportCase, ProductCase):
    """Price lists as they come from headquarters: a spreadsheet a month."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env.ref("crm_sales.crm_import_profile_pricelist")
        cls.clerk = cls.sue
        cls.clerk.group_ids += cls.importer
        cls.clerk.group_ids += cls.env.ref("crm_sales.group_product_manager")
        cls.clerk.tz = "Asia/Shanghai"
        cls.vip = cls.env["product.pricelist"].create({"name": "VIP 价目表"})

    def _read(self, rows, user=None, **values):
        values["profile_id"] = self.profile.id
        return self._import(user or self.clerk, [HEAD, *rows], **values)

    def test_prices(self):
        """By code, barcode or name, with steps and days; the right price comes of it.

        Covers: S10, B18.
        """
        batch = self._read(
            [
                ["VIP 价目表", "CK6140", "98000", "", "", ""],
                ["VIP 价目表", "CK6140", "95000", "10", "", ""],
                ["VIP 价目表", "6901234567892", "88.5", "", "2027-01-01", "2027-01-31"],
                ["VIP 价目表", "没有的产品", "1", "", "", ""],
                ["没有的价目表", "CK6140", "1", "", "", ""],
                ["VIP 价目表", "麻花钻", "-1", "", "", ""],
                ["VIP 价目表", "麻花钻", "", "", "", ""],
                ["VIP 价目表", "麻花钻", "1", "", "2027-02-01", "2027-01-01"],
            ]
        )
        states = self._states(batch)
        self.assertEqual([states[n] for n in (2, 3, 4)], ["created"] * 3)
        self.assertEqual({states[n] for n in range(5, 10)}, {"error"})
        self.assertEqual(self.vip._get_product_price(self.lathe, 1), 98000)
        self.assertEqual(self.vip._get_product_price(self.lathe, 12), 95000)
        item = self.vip.item_ids.filtered(
            lambda one: one.product_tmpl_id == self.drill.product_tmpl_id
        )
        # days of whoever imports, the last one included
        self.assertEqual(item.date_start, datetime(2026, 12, 31, 16))
        self.assertEqual(item.date_end, datetime(2027, 1, 31, 15, 59, 59))

    def test_update_and_undo(self):
        """The next file changes the prices that are there; undo brings them back.

        Covers: S10, B18.
        """
        self._read([["VIP 价目表", "CK6140", "98000", "", "", ""]])
        rows = [
            ["VIP 价目表", "数控车床", "97000", "", "", ""],
            ["VIP 价目表", "CK6140", "90000", "10", "", ""],
        ]
        skipped = self._read(rows[:1])
        self.assertEqual(self._states(skipped), {2: "skipped"})
        batch = self._read(rows, duplicate_policy="update")
        self.assertEqual(self._states(batch), {2: "updated", 3: "created"})
        self.assertEqual(len(self.vip.item_ids), 2)
        self.assertEqual(self.vip._get_product_price(self.lathe, 1), 97000)
        again = self._batch(self.clerk, [HEAD, *rows], profile_id=self.profile.id)
        again.action_preview()
        self.assertEqual(self._states(again), {2: "skipped", 3: "skipped"})
        self._undo(batch)
        self.assertEqual(self.vip._get_product_price(self.lathe, 12), 98000)

    def test_variants(self):
        """A name means the product, the code of a variant the variant. Covers: S10."""
        colour = self.env["product.attribute"].create({"name": "颜色"})
        colours = self.env["product.attribute.value"].create(
            [{"name": name, "attribute_id": colour.id} for name in ("红", "蓝")]
        )
        template = self.env["product.template"].create(
            {
                "name": "工具箱",
                "attribute_line_ids": [
                    (
                        0,
                        0,
                        {
                            "attribute_id": colour.id,
                            "value_ids": [(6, 0, colours.ids)],
                        },
                    )
                ],
            }
        )
        red, blue = template.product_variant_ids
        red.default_code, blue.default_code = "BOX-R", "BOX-B"
        self._read(
            [
                ["VIP 价目表", "工具箱", "100", "", "", ""],
                ["VIP 价目表", "BOX-R", "120", "", "", ""],
            ]
        )
        self.assertEqual(self.vip._get_product_price(red, 1), 120)
        self.assertEqual(self.vip._get_product_price(blue, 1), 100)

    def test_who_may(self):
        """Whoever does not maintain prices imports none, and learns of no hidden rule.

        Covers: S10, B18.
        """
        with self.assertRaises(AccessError):
            self._read([["VIP 价目表", "CK6140", "1", "", "", ""]], self.sam)
        hidden = self.env["product.pricelist.item"].create(
            {
                "pricelist_id": self.vip.id,
                "product_tmpl_id": self.lathe.product_tmpl_id.id,
                "applied_on": "1_product",
                "compute_price": "formula",
                "base": "standard_price",
                "price_markup": 20,
            }
        )
        batch = self._read(
            [["VIP 价目表", "CK6140", "1", "", "", ""]], duplicate_policy="update"
        )
        self.assertEqual(self._states(batch), {2: "skipped"})
        self.assertEqual(hidden.compute_price, "formula")
        own = self.env["product.pricelist"].create(
            {"name": "别人的", "customer_id": self._customer(self.xia, "广州重机").id}
        )
        batch = self._read(
            [
                [own.name, "CK6140", "1", "", "", ""],
                ["VIP 价目表", "麻花钻", "1", "", "", ""],
            ]
        )
        self.assertEqual(self._states(batch), {2: "error", 3: "created"})

    def test_products(self):
        """Products are known by code or barcode; the next file changes their prices.

        Covers: S10, B18.
        """
        profile = self.env.ref("crm_sales.crm_import_profile_product")
        head = ["产品名称", "产品编码", "条码", "标价"]
        rows = [
            ["麻花钻", "", "6901234567892", "110"],
            ["数控车床", "CK6140", "", "99000"],
            ["铣刀", "XD-1", "", "300"],
        ]
        batch = self._import(
            self.clerk,
            [head, *rows],
            profile_id=profile.id,
            duplicate_policy="update",
        )
        self.assertEqual(
            self._states(batch),
            {2: "updated", 3: "updated", 4: "created"},
            self._notes(batch),
        )
        self.assertEqual(self.drill.list_price, 110)
        self._undo(batch)
        self.assertEqual(self.drill.list_price, 100)
        self.assertEqual(self.lathe.list_price, 100000)
