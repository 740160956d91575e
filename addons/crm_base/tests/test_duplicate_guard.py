from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CrmCase

CODE = "91110000600037341L"


@tagged("post_install", "-at_install")
class TestDuplicateGuard(CrmCase):
    """What happens when a customer is entered, looked up or asked for twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.known = cls._customer(
            cls.xia, "北京诺深科技有限公司", phone="010-62345678", vat=CODE
        )
        cls._contact(cls.known, "王小明", mobile="13800138000")
        cls.partners = cls.env["res.partner"].with_user(cls.sam)

    def _search(self, user=None, **row):
        partners = self.partners.with_user(user or self.sam)
        return partners.crm_check_duplicates([row])[0]["matches"]

    # ------------------------------------------------------------
    # ENTERING
    # ------------------------------------------------------------

    def test_certain_is_refused(self):
        """A certain duplicate is refused, and says no more than the team.

        Covers: B13, B05.
        """
        for vals in (
            {"name": "北京市诺深科技有限责任公司"},
            {"name": "别的名字", "vat": CODE},
            {"name": "诺深科技（北京）", "mobile": "138 0013 8000"},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaises(ValidationError) as caught,
            ):
                self._customer(self.sam, **vals)
            text = str(caught.exception)
            self.assertIn("South", text)
            self.assertNotIn("Xia", text)
            self.assertNotIn(self.known.customer_no, text)

    def test_policy(self):
        """The company decides: say nothing, warn, refuse. Covers: B13."""
        company = self.env.company
        self._customer(self.sam, "诺深科技")
        company.crm_duplicate_likely = "block"
        with self.assertRaises(ValidationError):
            self._customer(self.tom, "諾深科技")
        company.crm_duplicate_certain = "warn"
        company.crm_duplicate_likely = "off"
        self._customer(self.tom, "北京诺深科技有限公司")
        company.crm_duplicate_certain = "off"
        self._customer(self.tom, "北京诺深科技有限公司")

    def test_manager_may_allow(self):
        """A manager enters a customer in spite of a match; a salesperson does not.

        Covers: B13.
        """
        vals = {
            "name": "北京诺深科技有限公司",
            "is_company": True,
            "is_crm_customer": True,
        }
        with self.assertRaises(ValidationError):
            self.partners.with_context(crm_allow_duplicates=True).create(vals)
        with self.assertRaises(ValidationError):
            self.partners.with_context(crm_duplicates_decided=True).create(vals)
        managers = self.partners.with_user(self.manager)
        self.assertTrue(managers.with_context(crm_allow_duplicates=True).create(vals))

    def test_write(self):
        """Nobody turns a customer into one that is there; the rest stays editable.

        Covers: B13.
        """
        mine = self._customer(self.sam, "北京旭平科技有限公司")
        with self.assertRaises(ValidationError):
            mine.with_user(self.sam).name = "北京诺深科技有限公司"
        with self.assertRaises(ValidationError):
            mine.with_user(self.sam).vat = CODE
        mine.with_user(self.sam).write({"name": "北京旭平科技股份有限公司"})
        self.env.company.crm_duplicate_certain = "off"
        mine.with_user(self.sam).name = "北京诺深科技有限公司"
        self.env.company.crm_duplicate_certain = "block"
        mine.with_user(self.sam).phone = "010-87654321"

    def test_credit_code(self):
        """A wrong check digit is refused; one code belongs to one customer.

        Covers: B05.
        """
        self.assertEqual(self.known.credit_code, CODE)
        with self.assertRaises(ValidationError):
            self._customer(self.sam, "甲", vat="91110000600037341X")
        with self.assertRaises(ValidationError):
            self.known.with_user(self.xia).vat = "911100006000373410"
        child = self._contact(self.known, "李四")
        self.assertFalse(child.credit_code, "a contact carries the code of its company")
        # Odoo gives the tax number of a contact to a company that has none
        other = self._customer(self.xia, "另一家")
        child.with_user(self.xia).parent_id = other
        self.assertFalse(other.vat)

    # ------------------------------------------------------------
    # LOOKING UP
    # ------------------------------------------------------------

    def test_search_discloses_nothing(self):
        """A look-up tells the team and what agrees, and neither owner nor record.

        Covers: B13.
        """
        [match] = self._search(name="诺深科技", phone="13800138000")
        self.assertEqual(
            set(match), {"place", "score", "reasons", "certain", "visible", "token"}
        )
        self.assertIn("South", match["place"])
        self.assertFalse(match["visible"])
        told = str(match)
        for secret in ("Xia", str(self.known.customer_no), "北京", "62345678"):
            self.assertNotIn(secret, told)
        [match] = self._search(self.xia, name="诺深科技")
        self.assertEqual(match["id"], self.known.id)
        [match] = self._search(self.director, name="诺深科技")
        self.assertTrue(match["visible"])
        for user in (self.employee, self.maintainer):
            with self.assertRaises(AccessError):
                self._search(user, name="诺深科技")

    def test_search_is_logged(self):
        """Every look-up is written down: who, when, what, how many.

        Covers: B13, B15.
        """
        self._search(name="诺深科技")
        log = self.env["crm.operation.log"].search(
            [("operation", "=", "duplicate_search")], limit=1
        )
        self.assertEqual(log.user_id, self.sam)
        self.assertEqual(log.record_count, 1)
        self.assertIn("诺深科技", str(log.details))
        self.assertBlind(self.sam, log)
        theirs = log.with_user(self.manager)
        self.assertNotIn("诺深", theirs.summary)
        with self.assertRaises(AccessError):
            theirs.read(["details"])

    def test_search_is_limited(self):
        """Nobody tries out a directory: look-ups within an hour are counted.

        Covers: B13.
        """
        self.env.company.crm_duplicate_hourly = 3
        self.partners.crm_check_duplicates([{"name": "甲"}, {"name": "乙"}])
        self._search(name="丙")
        with self.assertRaises(UserError):
            self._search(name="丁")
        self._search(self.sue, name="丁")
        self.env.company.crm_duplicate_hourly = 0
        self._search(name="丁")

    def test_search_hostile(self):
        """Strange arguments meet a clear refusal. Covers: B13."""
        check = self.partners.crm_check_duplicates
        for rows in ("x", [1], [{"name": "x"}] * 201, {"name": "x"}):
            with self.subTest(rows=rows), self.assertRaises(UserError):
                check(rows)
        self.assertEqual(check([]), [])
        self.assertEqual(
            check([{"name": "甲", "id": self.known.id}, {"unknown": 1}]),
            [{"matches": []}, {"matches": []}],
        )
        self.assertTrue(
            check([{"name": "诺深科技", "id": self.known.id}])[0]["matches"]
        )
        for token in ("", None, "1-1", "x", "1", "-1", f"{2**40}-0", "1-²"):
            with self.subTest(token=token), self.assertRaises(UserError):
                self.partners.crm_ask_to_join(token)

    def test_wizard(self):
        """The screen takes one thing a line, whatever it is. Covers: B13."""
        wizard = (
            self.env["crm.duplicate.check"]
            .with_user(self.sam)
            .create({"query": f"诺深科技\n13800138000\n{CODE}\n没有这家"})
        )
        with self.acting(self.sam):
            wizard.action_check()
        self.assertEqual(
            wizard.line_ids.mapped("verdict"), ["likely", "likely", "certain", "none"]
        )
        self.assertFalse(wizard.line_ids.partner_id)
        wizard.line_ids[0].action_ask_to_join()
        self.assertEqual(wizard.line_ids[0].request_state, "open")

    # ------------------------------------------------------------
    # ASKING TO JOIN
    # ------------------------------------------------------------

    def _ask(self, user=None):
        [match] = self._search(user, name="诺深科技")
        partners = self.partners.with_user(user or self.sam)
        answer = partners.crm_ask_to_join(match["token"], "一起做")
        return self.env["crm.join.request"].browse(answer["request_id"])

    def test_join(self):
        """The owner is asked, and shares the customer or not. Covers: B13, B03."""
        request = self._ask()
        self.assertEqual(self._ask(), request, "asked once")
        mine = request.with_user(self.sam)
        self.assertFalse(mine.customer_name)
        with self.assertRaises(AccessError):
            mine.read(["partner_id"])
        self.assertBlind(self.sue, request)
        self.assertTrue(request.sudo().copy_data(), "now in the cache")
        with self.assertRaises(AccessError):
            request.with_user(self.sue).copy_data()
        self.assertBlind(self.sam, self.known)
        activity = self.known.activity_ids
        self.assertEqual(activity.user_id, self.xia)
        for user in (self.sam, self.manager):
            with self.assertRaises(UserError):
                request.with_user(user).action_accept()
        theirs = request.with_user(self.xia)
        self.assertEqual(theirs.customer_name, self.known.name)
        theirs.action_accept("read")
        self.assertSees(self.sam, self.known)
        self.assertBlind(self.sam, self.known, "write")
        self.assertEqual(request.state, "accepted")
        self.assertFalse(self.known.activity_ids)
        with self.assertRaises(UserError):
            theirs.action_refuse("再说")
        with self.assertRaises(UserError):
            self._ask()

    def test_join_refused(self):
        """A refusal tells the reason; states are changed by methods only.

        Covers: B13.
        """
        request = self._ask()
        with self.assertRaises(AccessError):
            request.with_user(self.xia).write({"state": "accepted"})
        request.with_user(self.other_manager).action_refuse("已经在谈")
        self.assertEqual(request.with_user(self.sam).answer, "已经在谈")
        self.assertBlind(self.sam, self.known)
        # somebody else's token is of no use
        [match] = self._search(name="诺深科技")
        with self.assertRaises(UserError):
            self.partners.with_user(self.sue).crm_ask_to_join(match["token"])
