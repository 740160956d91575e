import random
import string

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ..tools import pinyin, search_key
from .common import CrmCase

NAMES = [
    "中国石油天然气集团有限公司",
    "中国移动通信集团",
    "北京字节跳动科技有限公司",
    "100%棉纺织_厂",
    "ＡＢＣ（上海）贸易",
    "Acme Trading \\ Co",
    "O'Neil & Söhne",
    "重庆长安汽车",
    "𠮷野家",
]


@tagged("post_install", "-at_install")
class TestSearch(CrmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = cls.env["res.partner"].with_user(cls.sam)
        cls.customers = cls.partners.create(
            [
                {
                    "name": name,
                    "is_company": True,
                    "is_crm_customer": True,
                    "customer_no": f"T{number:03}",
                }
                for number, name in enumerate(NAMES)
            ]
        )
        cls.petrol, cls.mobile, cls.bytes = cls.customers[:3]
        cls.petrol.write({"mnemonic": "两桶油之一", "phone": "(010) 6209-4114"})
        cls.mobile.write(
            {"mobile": "138 0013-8000", "qq": "10086", "wechat": "cmcc_wx"}
        )

    def _find(self, text, operator="ilike"):
        found = self.partners.search(
            [("search_key", operator, text), ("id", "in", self.customers.ids)]
        )
        again = self.customers.filtered_domain([("search_key", operator, text)])
        self.assertEqual(set(found.ids), set(again.ids), text)
        return found

    def assertFinds(self, text, *expected):
        found = self._find(text)
        self.assertEqual(
            set(found.mapped("name")), {customer.name for customer in expected}, text
        )

    def test_pinyin_initials(self):
        """`zgsy` finds 中国石油, in any case and position.

        Covers: B07.
        """
        self.assertFinds("zgsy", self.petrol)
        self.assertFinds("ZGSY", self.petrol)
        self.assertFinds("trq", self.petrol)
        self.assertFinds("zhongguoyidong", self.mobile)
        self.assertFinds("zg", self.petrol, self.mobile)
        self.assertFinds("lty", self.petrol)  # the short name has its initials as well

    def test_chinese_substrings(self):
        """One, two and three characters find what contains them.

        Covers: B07.
        """
        self.assertFinds("油", self.petrol)
        self.assertFinds("国石", self.petrol)
        self.assertFinds("天然气", self.petrol)
        self.assertFinds("国", self.petrol, self.mobile)
        self.assertFinds("石国")
        self.assertFinds("𠮷", self.customers[8])

    def test_several_keywords(self):
        """All keywords must occur, in any order, separated by any blank.

        Covers: B07.
        """
        self.assertFinds("石油 集团", self.petrol)
        self.assertFinds("集团　石油", self.petrol)
        self.assertFinds("集团 zg", self.petrol, self.mobile)
        self.assertFinds("集团 石油 移动")
        self.assertFinds("  石油   10-6209 ")
        self.assertFinds("6209-4114 石油", self.petrol)

    def test_phones(self):
        """A phone number is found with and without its separators.

        Covers: B07.
        """
        for text in (
            "13800138000",
            "138 0013",
            "0013-8000",
            "80013800",
            "１３８００１３８０００",
        ):
            self.assertFinds(text, self.mobile)
        self.assertFinds("01062094114", self.petrol)
        self.assertFinds("(010)", self.petrol)

    def test_numbers_and_accounts(self):
        """Customer number, QQ, WeChat and mnemonic are searched as well.

        Covers: B05, B06, B07.
        """
        self.assertFinds("T002", self.bytes)
        self.assertFinds("t002", self.bytes)
        self.assertFinds("10086", self.mobile)
        self.assertFinds("cmcc_wx", self.mobile)
        self.assertFinds("两桶", self.petrol)

    def test_full_width_and_case(self):
        """Width and case do not matter on either side.

        Covers: B07.
        """
        abc = self.customers[4]
        for text in ("abc", "ＡＢＣ", "(上海)", "（上海）"):
            self.assertFinds(text, abc)
        self.assertFinds("ACME", self.customers[5])
        self.assertFinds("SÖHNE", self.customers[6])

    def test_wildcards_are_literal(self):
        """% _ \\ and quotes are characters like others.

        Covers: B07.
        """
        self.assertFinds("%", self.customers[3])
        self.assertFinds("0%棉", self.customers[3])
        self.assertFinds("_", self.customers[3], self.mobile)
        self.assertFinds("织_厂", self.customers[3])
        self.assertFinds("织%厂")
        self.assertFinds("\\", self.customers[5])
        self.assertFinds("'n", self.customers[6])

    def test_capitals_are_not_the_code(self):
        """What a user types is never taken for the code of a character.

        Covers: B07.
        """
        code = search_key.encode("石")
        self.assertFinds(code)
        self.assertFinds(code[1:])

    def test_digits_are_not_the_code(self):
        """Digits find digits, never a character.

        Covers: B07.
        """
        self.bytes.customer_no = "NONE"
        for number in range(100):
            self.assertNotIn(self.bytes, self._find(f"{number % 10}"))
            self.assertNotIn(self.bytes, self._find(f"{number:02}"))

    def test_blank_finds_everything(self):
        """Nothing but blanks is no condition.

        Covers: B07.
        """
        self.assertEqual(self._find(" "), self.customers & self._find(" "))
        self.assertEqual(len(self._find("　")), len(self.customers))
        self.assertFalse(self._find(" ", "not ilike"))

    def test_negative(self):
        """`not ilike` is the complement, records without a key included.

        Covers: B07.
        """
        for text in ("石油", "石油 移动", "zg", "%", "nowhere"):
            found = self._find(text)
            rest = self._find(text, "not ilike")
            self.assertFalse(found & rest)
            self.assertEqual(set((found | rest).ids), set(self.customers.ids))

    def test_polyphonic_surnames(self):
        """单雄信 is shan, not dan; a company of that character is not a person.

        Covers: B06, B07.
        """
        people = self.partners.create(
            [
                {"name": name, "is_crm_customer": True, "is_company": is_company}
                for name, is_company in (
                    ("单雄信", False),
                    ("仇英", False),
                    ("欧阳修", False),
                    ("长孙无忌", False),
                    ("单县羊汤", True),
                )
            ]
        )
        shan, qiu, ouyang, zhangsun, company = people
        self.assertIn(
            shan, self.partners.search([("search_key", "ilike", "shanxiong")])
        )
        self.assertIn(shan, self.partners.search([("search_key", "ilike", "sxx")]))
        self.assertIn(qiu, self.partners.search([("search_key", "ilike", "qy")]))
        self.assertEqual((shan.surname, shan.surname_initial), ("单", "S"))
        self.assertEqual((ouyang.surname, ouyang.surname_initial), ("欧阳", "O"))
        self.assertEqual((zhangsun.surname, zhangsun.surname_initial), ("长孙", "Z"))
        self.assertFalse(company.surname)
        company.is_company = False
        self.assertEqual(company.surname, "单")

    def test_surname_index(self):
        """Contacts group by the initial of their surname, for a 百家姓 index.

        Covers: B06.
        """
        for name in ("王小明", "汪洋", "张三"):
            self._contact(self.petrol.with_env(self.env), name)
        groups = self.partners.formatted_read_group(
            [("crm_customer_id", "=", self.petrol.id), ("surname", "!=", False)],
            ["surname_initial"],
            ["__count"],
        )
        self.assertEqual(
            [(group["surname_initial"], group["__count"]) for group in groups],
            [("W", 2), ("Z", 1)],
        )

    def test_name_search(self):
        """Many2one fields find by the same key; exact operators keep Odoo's meaning.

        Covers: B07.
        """
        self.assertIn(
            self.petrol.id, [row[0] for row in self.partners.name_search("zgsy")]
        )
        self.assertIn(
            self.mobile.id, [row[0] for row in self.partners.name_search("13800138")]
        )
        self.assertEqual(
            self.partners.name_search(self.petrol.name, operator="=")[0][0],
            self.petrol.id,
        )
        for operator, value in (
            ("=", self.petrol.name),
            ("in", [self.petrol.name]),
            ("=ilike", "中国石油%"),
        ):
            found = self.partners.search(
                [("display_name", operator, value), ("id", "in", self.customers.ids)]
            )
            self.assertEqual(found, self.petrol, operator)
        rest = self.partners.search(
            [("display_name", "not ilike", "石油"), ("id", "in", self.customers.ids)]
        )
        self.assertEqual(set((self.customers - self.petrol).ids), set(rest.ids))
        rest = self.partners.search(
            [("display_name", "!=", self.petrol.name), ("id", "in", self.customers.ids)]
        )
        self.assertEqual(set((self.customers - self.petrol).ids), set(rest.ids))

    def test_name_create_is_by_name(self):
        """Import and x2many look a customer up by its exact name.

        Covers: B18.
        """
        result = self.partners.load(
            ["name", "parent_id", "is_company"],
            [["张三", self.petrol.name, "0"]],
        )
        self.assertFalse(result["messages"])
        self.assertEqual(self.partners.browse(result["ids"]).parent_id, self.petrol)

    def test_key_follows_its_fields(self):
        """Whatever the key is made of, a change of it changes the key.

        Covers: B07.
        """
        contact = self._contact(self.petrol.with_env(self.env), "李四")
        self.assertIn(
            contact, self.partners.search([("search_key", "ilike", "天然气")])
        )
        self.petrol.name = "昆仑能源"
        self.assertFinds("天然气")
        self.assertFinds("klny", self.petrol)
        self.assertIn(
            contact.with_user(self.sam),
            self.partners.search([("search_key", "ilike", "昆仑 李四")]),
        )
        self.petrol.mobile = "139-1111 2222"
        self.assertFinds("13911112222", self.petrol)
        for name in self.partners._crm_search_key_fields():
            if name != "complete_name" and not self.partners._fields[name].readonly:
                self.petrol[name] = "Q9Z8"
                self.assertIn(self.petrol, self._find("q9z8"), name)
                self.petrol[name] = False

    def test_scope_holds(self):
        """Searching does not find what is out of reach.

        Covers: B02, B07.
        """
        theirs = self.env["res.partner"].with_user(self.xia)
        self.assertFalse(theirs.search([("search_key", "ilike", "zgsy")]))
        self.assertFalse(theirs.name_search("中国石油天然气"))

    def test_index_is_used(self):
        """With many rows the search is a scan of the trigram index.

        Covers: B07.
        """
        cr = self.env.cr
        self.env.flush_all()
        generator = random.Random(1)
        alphabet = [
            search_key.encode(char) for char in "中国石油天然气集团有限公司北京上海广州"
        ]
        cr.execute_values(
            "INSERT INTO res_partner (name, complete_name, active, search_key)"
            " VALUES %s",
            [
                (
                    f"p{number}",
                    f"p{number}",
                    True,
                    "".join(generator.choices(alphabet, k=6)) + f"\n{number:08}",
                )
                for number in range(20000)
            ],
        )
        # what vacuum does: rows waiting to be merged into the index make it look dear
        cr.execute("SELECT gin_clean_pending_list('res_partner_search_key_idx')")
        cr.execute("ANALYZE res_partner")
        for text in ("移动", "字节跳动", "zhongguoyidong", "13800138000"):
            query = self.partners._search([("search_key", "ilike", text)], limit=80)
            cr.execute("EXPLAIN " + cr.mogrify(query.select()).decode())
            plan = "\n".join(row[0] for row in cr.fetchall())
            self.assertIn("res_partner_search_key_idx", plan, f"{text}\n{plan}")


@tagged("post_install", "-at_install")
class TestSearchProperties(CrmCase):
    """What holds for every text."""

    TEXT = st.text(
        alphabet=st.one_of(
            st.sampled_from("中国石油天然气集团有限公司单重庆"),
            st.sampled_from(string.ascii_letters + string.digits + "%_\\' -（）Ａ１　"),
            st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")),
        ),
        min_size=1,
        max_size=8,
    )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam, "x").with_user(cls.sam)

    def test_search_and_filter_agree(self):
        """A search in the database and one in memory find the same; parts are found.

        Covers: B07.
        """

        @settings(
            max_examples=150,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(name=self.TEXT, text=self.TEXT, data=st.data())
        def check(name, text, data):
            if not name.strip():
                return
            self.customer.name = name
            start = data.draw(st.integers(0, len(name) - 1))
            end = data.draw(st.integers(start + 1, len(name)))
            for operator in ("ilike", "like", "not ilike"):
                for value in (text, name[start:end]):
                    domain = [("search_key", operator, value)]
                    found = bool(
                        self.customer.search([("id", "=", self.customer.id), *domain])
                    )
                    kept = bool(self.customer.filtered_domain(domain))
                    self.assertEqual(found, kept, (name, operator, value))
            key = self.customer.search_key or ""
            self.assertTrue(key.isascii())
            for word in search_key.normalize(name).split():
                self.assertIn(search_key.encode(word), key)

        check()


class TestSearchKeyTools(BaseCase):
    def test_encoding_is_injective(self):
        """Two different texts never have the same code, parts never match by accident.

        Covers: B07.
        """

        @settings(max_examples=300, deadline=None, derandomize=True)
        @given(TestSearchProperties.TEXT, TestSearchProperties.TEXT)
        def check(left, right):
            left, right = search_key.normalize(left), search_key.normalize(right)
            inside = search_key.encode(right) in search_key.encode(left)
            self.assertEqual(inside, right in left)

        check()

    def test_surnames(self):
        """A surname is the first character, or a compound one with a given name.

        Covers: B06.
        """
        self.assertEqual(pinyin.surname_of("欧阳"), "欧")
        self.assertEqual(pinyin.surname_of("欧阳修"), "欧阳")
        self.assertEqual(pinyin.surname_of("John"), "")
        self.assertEqual(pinyin.surname_of(False), "")
        self.assertEqual(pinyin.pinyin_of("重庆"), ("chongqing", "cq"))
        self.assertEqual(pinyin.pinyin_of("Acme"), ("", ""))
