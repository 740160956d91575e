from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .product_case import ProductCase


@tagged("post_install", "-at_install")
class TestProductSearch(ProductCase):
    """Products are found by name, pinyin, code and barcode."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam)
        cls.products = cls.env["product.product"].with_user(cls.sam)
        cls.box = cls.env["uom.uom"].create(
            {
                "name": "盒",
                "relative_factor": 10,
                "relative_uom_id": cls.drill.uom_id.id,
            }
        )
        cls.env["product.uom"].create(
            {"product_id": cls.drill.id, "uom_id": cls.box.id, "barcode": "6901000001"}
        )

    def _names(self, text, **options):
        return [row["name"] for row in self.products.find_to_sell(text, **options)]

    def test_ways_of_finding(self):
        """By whatever one remembers. Covers: S10."""
        for text in (
            "车床",
            "shukong",
            "skcc",
            "SKCC",
            "ck61",
            "数控 CK6140",
            "ＣＫ６１",
        ):
            with self.subTest(text):
                self.assertEqual(self._names(text), ["数控车床"])
                found = self.products.name_search(text)
                self.assertIn(self.lathe.id, [id_ for id_, _name in found])
                templates = self.lathe.product_tmpl_id.with_user(self.sam)
                found = templates.name_search(text)
                self.assertIn(templates.id, [id_ for id_, _name in found])
        self.assertEqual(self._names("6901234567892"), ["麻花钻"])
        self.assertEqual(self._names("不存在的产品"), [])

    def test_exact_code_comes_alone(self):
        """A scanned code gives that product and no other that contains it."""
        self._product("CK6140 尾座", self.tools, 10, default_code="CK6140-2")
        rows = self.products.find_to_sell("CK6140")
        self.assertEqual([row["id"] for row in rows], self.lathe.ids)
        self.assertTrue(rows[0]["is_exact"])
        self.assertFalse(self.products.find_to_sell("ck6140")[0]["is_exact"])

    def test_package(self):
        """The barcode of a package gives its unit and its price."""
        (row,) = self.products.find_to_sell("6901000001")
        self.assertEqual(
            (row["id"], row["uom_id"], row["price"]),
            (self.drill.id, self.box.id, 1000),
        )

    def test_other_languages_and_changes(self):
        """A name is found in every language, and a new name at once."""
        for code in ("zh_CN", "zh_TW"):
            self.env["res.lang"]._activate_lang(code)
        template = self.drill.product_tmpl_id
        template.with_context(lang="zh_TW").name = "鑽頭 Twist"
        template.with_context(lang="zh_CN").name = "麻花钻头"
        self.env.flush_all()
        for text in ("twist", "鑽頭", "钻头", "mhzt"):
            self.assertIn(
                self.drill, self.products.search([("search_key", "ilike", text)])
            )
        self.assertEqual(
            self.products.with_context(lang="zh_CN").find_to_sell("mhzt")[0]["name"],
            "麻花钻头",
        )

    def test_prices(self):
        """Prices are those of the list, of the customer's by default. Covers: S10."""
        vip = self.env["product.pricelist"].create(
            {
                "name": "VIP",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 10})
                ],
            }
        )
        (row,) = self.products.find_to_sell("CK6140", 5, vip.id)
        self.assertEqual((row["price"], row["list_price"]), (90000, 100000))
        self.customer.specific_property_product_pricelist = vip
        (row,) = self.products.find_to_sell("CK6140", partner_id=self.customer.id)
        self.assertEqual(row["price"], 90000)

    def test_on_sale_alone(self):
        """What is stopped is not found. Covers: S10."""
        self.lathe.product_tmpl_id.with_user(self.director).action_stop("停产")
        self.assertEqual(self._names("CK6140"), [])
        self.assertEqual(self._names("车床"), [])
        self.assertNotIn("数控车床", self._names(""))
        self.assertIn("麻花钻", self._names(""))

    def test_rights_and_strange_arguments(self):
        """Nobody learns of a customer out of sight; nonsense finds nothing."""
        foreign = self._customer(self.xia)
        with self.assertRaises(AccessError):
            self.products.find_to_sell("x", partner_id=foreign.id)
        with self.assertRaises(AccessError):
            self.products.with_user(self.portal).find_to_sell("x")
        for text in (None, 7, ["x"], "%", "_", "'; --", "\0", "x" * 5000):
            for limit in (-1, "x", None, 10**9):
                self.assertIsInstance(
                    self.products.find_to_sell(text, limit, "x", {}), list
                )

    def test_queries(self):
        """Many results cost as many queries as few. Covers: X03."""
        for number in range(12):
            self._product(f"铣刀{number}", self.tools, 10)
        self.env.flush_all()
        counts = []
        for limit in (2, 2, 12):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(self._names("铣刀", limit=limit)), limit)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[1], counts[2])
