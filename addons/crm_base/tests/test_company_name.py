from pathlib import Path

from odoo.tests import BaseCase, tagged

from ..tools import china_places, company_name, contact_keys

PAIRS = Path(__file__).parent / "data" / "duplicate_pairs.tsv"
# published: what the duplicate check promises on the labelled pairs
PRECISION, RECALL = 0.95, 0.95


@tagged("post_install", "-at_install")
class TestCompanyName(BaseCase):
    """What a name says, and how alike two names are."""

    def test_parts(self):
        """A name is taken apart into place, brand, trade, form and branch.

        Covers: B13.
        """
        for name, places, brand, trades, branch in (
            ("北京诺深科技有限公司", ("北京",), "诺深", ("科技",), ""),
            ("諾深科技（北京）有限責任公司", ("北京",), "诺深", ("科技",), ""),
            ("诺深北京科技", ("北京",), "诺深", ("科技",), ""),
            ("江苏省苏州市益强机械设备", ("江苏", "苏州"), "益强", ("机械设备",), ""),
            ("北京市朝阳区伯韵文化传媒", ("北京",), "伯韵", ("文化传媒",), ""),
            ("华羚技术有限公司上海分公司", (), "华羚", ("技术",), "上海分公司"),
            ("青岛啤酒股份有限公司", (), "青岛", ("啤酒",), ""),
            ("Ｈｕａｗｅｉ Co., Ltd.", (), "huawei", (), ""),
        ):
            with self.subTest(name=name):
                parsed = company_name.parse(name)
                self.assertEqual(
                    (parsed.places, parsed.brand, parsed.trades, parsed.branch),
                    (places, brand, trades, branch),
                )

    def test_any_text(self):
        """Nothing that somebody types makes it fail. Covers: B13."""
        for text in (
            "",
            "公司",
            "有限公司",
            "（）",
            "((",
            "北京",
            "中国",
            "・",
            "a",
            "１",
            "😀",
        ):
            with self.subTest(text=text):
                same = float(any(map(str.isalnum, text)))
                self.assertEqual(company_name.similarity(text, text), same)
                company_name.similarity(text, "北京诺深科技有限公司")

    def test_symmetric(self):
        """It does not matter which name is asked about. Covers: B13."""
        names = [
            "北京诺深科技有限公司",
            "诺深",
            "上海诺深食品厂",
            "新诺深科技",
            "Nuoshen Ltd",
        ]
        for one in names:
            for two in names:
                self.assertEqual(
                    company_name.similarity(one, two),
                    company_name.similarity(two, one),
                )

    def test_labelled_pairs(self):
        """On 500 labelled pairs precision and recall hold what is published.

        Covers: B13.
        """
        hits = alarms = misses = 0
        for line in PAIRS.read_text(encoding="utf-8").splitlines():
            label, _kind, one, two = line.split("\t")
            said = company_name.similarity(one, two) >= company_name.LIKELY
            hits += said and label == "1"
            alarms += said and label == "0"
            misses += not said and label == "1"
        self.assertEqual(hits + misses, 250)
        self.assertGreaterEqual(hits / (hits + alarms), PRECISION)
        self.assertGreaterEqual(hits / (hits + misses), RECALL)

    def test_places(self):
        """A province holds its cities, and two cities are two places. Covers: B13."""
        self.assertTrue(china_places.are_compatible(("江苏",), ("苏州",)))
        self.assertTrue(china_places.are_compatible(("中国",), ("苏州",)))
        self.assertFalse(china_places.are_compatible(("南京",), ("苏州",)))
        self.assertFalse(china_places.are_compatible(("浙江",), ("苏州",)))

    def test_phones(self):
        """A number is the same in any writing. Covers: B13."""
        for text, keys in (
            ("+86 138-0013-8000", ("13800138000",)),
            ("013800138000", ("13800138000",)),
            ("010-12345678转801", ("01012345678",)),
            ("(010) 1234 5678 ext. 801", ("01012345678",)),
            ("010-12345678-801", ("01012345678",)),
            ("+86 (0)10 1234 5678", ("01012345678",)),
            ("400-800-1234", ("4008001234",)),
            ("+852 2345 6789", ("+85223456789",)),
            ("13800138000/010-12345678", ("13800138000", "01012345678")),
            ("12345678", ()),
            ("00000000000", ()),
            ("没有", ()),
        ):
            with self.subTest(text=text):
                self.assertEqual(contact_keys.phone_keys(text), keys)

    def test_codes(self):
        """A credit code counts when its last character is right. Covers: B13."""
        code = "91110000600037341L"
        self.assertEqual(contact_keys.credit_code("9111 0000-600037341l"), code)
        for text in ("91110000600037341X", "123", "", "I1110000600037341L"):
            self.assertEqual(contact_keys.credit_code(text), "")
