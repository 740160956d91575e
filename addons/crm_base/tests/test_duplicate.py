from odoo.tests import tagged

from .common import CrmCase

CODE = "91110000600037341L"
OTHER_CODE = "91310000MA1FL0LX06"


@tagged("post_install", "-at_install")
class TestDuplicate(CrmCase):
    """Whether a customer is there already, whoever owns it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.known = cls._customer(
            cls.xia,
            "北京诺深科技有限公司",
            mnemonic="小诺",
            phone="010-62345678",
            email="Info@NuoShen.com.cn",
            vat=CODE,
        )
        cls.contact = cls._contact(
            cls.known, "王小明", mobile="138 0013 8000", email="wxm@163.com"
        )

    def _found(self, user=None, **vals):
        partners = self.env["res.partner"].with_user(user or self.sam)
        return partners._crm_find_duplicates([vals])[0]

    def test_ways_to_be_found(self):
        """A customer is met by name, phone, e-mail and code in any writing.

        Covers: B13.
        """
        for vals, reason in (
            ({"name": "诺深科技（北京）"}, "name"),
            ({"name": "北京市諾深科技股份有限公司"}, "name"),
            ({"name": "小诺"}, "name"),
            ({"name": "甲乙丙丁戊", "phone": "+86 138-0013-8000"}, "phone"),
            ({"name": "甲乙丙丁戊", "phone": "(010) 6234 5678 转 801"}, "phone"),
            ({"name": "甲乙丙丁戊", "mobile": "８６１３８００１３８０００"}, "phone"),
            ({"name": "甲乙丙丁戊", "email": "INFO@nuoshen.COM.cn"}, "email"),
            ({"name": "甲乙丙丁戊", "email": "WXM@163.com"}, "email"),
            ({"name": "甲乙丙丁戊", "vat": "9111 0000-600037341l"}, "vat"),
            ({"name": "甲乙丙丁戊", "company_registry": CODE}, "vat"),
            ({"name": "甲", "customer_no": self.known.customer_no}, "number"),
        ):
            with self.subTest(vals=vals):
                matches = self._found(**vals)
                self.assertEqual([m.partner_id for m in matches], self.known.ids)
                self.assertIn(reason, matches[0].reasons)
                self.assertFalse(matches[0].visible)
        self.assertTrue(self._found(self.xia, name="北京诺深科技")[0].visible)

    def test_not_met(self):
        """What contradicts the name, and mail that anybody can have, is no match.

        Covers: B13.
        """
        for vals in (
            {"name": "上海诺深科技有限公司"},
            {"name": "北京诺深食品有限公司"},
            {"name": "北京旭平科技有限公司"},
            {"name": "北京诺深科技有限公司上海分公司"},
            {"name": "甲乙丙丁戊", "email": "other@163.com"},
            {"name": "甲乙丙丁戊", "phone": "62345678"},
            {"name": ""},
            {},
        ):
            with self.subTest(vals=vals):
                self.assertFalse(self._found(**vals))

    def test_exact(self):
        """One code, one registered name, or name and mobile leave no doubt.

        Covers: B13.
        """
        self.assertTrue(self._found(name="甲", vat=CODE)[0].exact)
        self.assertTrue(self._found(name="北京市诺深科技有限责任公司")[0].exact)
        self.assertFalse(self._found(name="诺深科技")[0].exact)
        self.assertTrue(self._found(name="诺深科技北京", phone="13800138000")[0].exact)
        self.assertFalse(
            self._found(name="北京诺深科技有限公司", vat=OTHER_CODE),
            "two licences are two companies",
        )

    def test_archived_and_itself(self):
        """Archived customers are found; a customer is no duplicate of itself.

        Covers: B13.
        """
        self.known.action_archive()
        self.assertTrue(self._found(name="北京诺深科技有限公司"))
        self.assertFalse(self._found(name="北京诺深科技", id=self.known.id))
        self.assertFalse(self._found(name="北京诺深科技", id=self.contact.id))

    def test_queries(self):
        """Many rows cost as many queries as one. Covers: B13."""
        self.env.flush_all()
        partners = self.env["res.partner"].with_user(self.sam)
        partners._crm_find_duplicates(
            [{"name": "北京诺深科技", "phone": "13800138000"}]
        )

        def count_once(rows):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            partners._crm_find_duplicates(rows)
            return self.env.cr.sql_log_count - before

        def count(rows):
            # a cache of the process may be emptied in between, by another thread
            return min(count_once(rows) for _time in range(3))

        one = count([{"name": "北京诺深科技", "phone": "13800138000"}])
        many = count(
            [{"name": f"诺深{index}", "phone": "13800138000"} for index in range(500)]
        )
        self.assertEqual(one, many)
