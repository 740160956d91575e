from odoo.tests import tagged

from ..tools import masking
from .common import PoolCase


@tagged("post_install", "-at_install")
class TestMasking(PoolCase):
    def test_names(self):
        """Names lose phones and addresses; people keep their surname only.

        Covers: P10.
        """
        for text, masked in (
            ("深圳市华强电子有限公司", "深圳市华强电子有限公司"),
            ("58同城", "58同城"),
            ("360企业安全 2024", "360企业安全 2024"),
            ("张记 13800138000", "张记 ****"),
            ("张记(138-0013 8000)", "张记(****)"),
            ("张记 +86 755 8888 9999", "张记 ****"),
            ("李记 lee@qq.com 批发", "李记 **** 批发"),
            (False, ""),
        ):
            self.assertEqual(masking.mask_text(text), masked)
        for name, masked in (
            ("王小明", "王**"),
            ("欧阳震华", "欧阳**"),
            ("John Smith", "J***"),
            ("13800138000", "***"),
            ("王13800138000", "王**"),
        ):
            self.assertEqual(masking.mask_person(name), masked)

    def test_contact_details(self):
        """Covers: P10."""
        customer = self._pooled()
        row = self._seen(customer, self.sam)
        for name, values in {
            "phone": (
                ("13800138000", "138****8000"),
                ("+86 138 0013 8000", "138****8000"),
                ("(010) 6234-5678", "010****5678"),
                ("0755-8888 6666", "075****6666"),
                ("+86 755 8888 6666", "755****6666"),
                ("62345678", "62****78"),
                ("110", "****"),
                ("13800138000 / 13900139000", "138****9000"),
                ("ask for Lee", "****"),
                (False, False),
            ),
            "mobile": (("13800138000", "138****8000"),),
            "email": (
                ("zhangsan@example.com", "z***@example.com"),
                ("ab@example.com", "***@example.com"),
                ("张三@例子.公司", "***@例子.公司"),
                ("a.b@x.cn, c.d@y.cn", "a***@x.cn"),
                ("Lee <lee@qq.com>", "***@qq.com"),
                ("nobody", "***"),
                (False, False),
            ),
            "wechat": (("13800138000", "1***0"), ("abc", "***"), (False, False)),
            "qq": (("12345678", "1***8"),),
        }.items():
            for value, masked in values:
                with self.subTest(name=name, value=value):
                    customer[name] = value
                    row.invalidate_recordset()
                    self.assertEqual(row[name], masked)

    def test_names_in_the_pool(self):
        """Renaming a pooled customer renames it in the pool.

        Covers: P10.
        """
        customer = self._pooled("北京一号公司")
        row = self._seen(customer, self.sam)
        self.assertEqual(row.name, "北京一号公司")
        self.assertEqual(row.display_name, "北京一号公司")
        customer.name = "北京二号公司 13800138000"
        row.invalidate_recordset()
        self.assertEqual(row.name, "北京二号公司 ****")

    def test_search(self):
        """Members find by name, short name, number and pinyin; never by phone.

        Covers: P10.
        """
        company = self._pooled(
            "中国石油天然气集团",
            mnemonic="中石油",
            mobile="13800138000",
            email="boss@petro.cn",
            wechat="petro_boss",
            qq="88887777",
        )
        person = self._pooled("单小丽", is_company=False, mobile="13911112222")
        Row = self.env["crm.pool.customer"].with_user(self.sam)

        def found(word):
            by_key = Row.search([("search_key", "ilike", word)])
            by_name = Row.browse(row[0] for row in Row.name_search(word))
            self.assertEqual(set(by_key.ids), set(by_name.ids))
            return {row.id for row in by_key}

        for word in (
            "石油",
            "zgsy",
            "zhongguo",
            "中石油",
            company.customer_no,
            "集团 中国",
        ):
            self.assertEqual(found(word), {company.id}, word)
        for word in ("shan", "单"):
            self.assertEqual(found(word), {person.id}, word)
        for word in (
            "13800138000",
            "138",
            "boss",
            "petro",
            "8888",
            "小丽",
            "xiaoli",
            "13911112222",
        ):
            self.assertFalse(found(word), word)

    def test_hidden_columns(self):
        """A pool hides further columns from everybody who looks into it.

        Covers: P10.
        """
        source = self.env["utm.source"].create({"name": "展会名录"})
        hidden = self._pooled("甲公司", source_id=source.id, city="深圳")
        shown = self._pooled(
            "乙公司", self.other_pool, source_id=source.id, city="广州"
        )
        self.pool.masked_field_ids = self.env.ref(
            "crm_customer_pool.crm_pool_field_source_id"
        ) | self.env.ref("crm_customer_pool.crm_pool_field_city")
        Row = self.env["crm.pool.customer"].with_user(self.director)
        self.assertFalse(Row.browse(hidden.id).source_id)
        self.assertFalse(Row.browse(hidden.id).city)
        self.assertEqual(Row.browse(shown.id).city, "广州")
        self.assertEqual(Row.search([("source_id", "=", source.id)]).ids, shown.ids)
        self.assertFalse(Row.search([("city", "=", "深圳")]))
        self.pool.masked_field_ids = False
        Row.invalidate_model()
        self.assertEqual(Row.browse(hidden.id).source_id, source)

    def test_every_hideable_column_exists(self):
        """Covers: P10."""
        Row = self.env["crm.pool.customer"]
        codes = set(self.env["crm.pool.field"].search([]).mapped("code"))
        self.assertLessEqual(codes, set(Row._crm_columns()))
        self.assertFalse(codes & {"id", "pool_id", "company_id", "name", "search_key"})
