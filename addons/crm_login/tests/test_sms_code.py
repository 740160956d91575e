from odoo.exceptions import AccessDenied, AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import PHONE, LoginCase


@tagged("post_install", "-at_install")
class TestSmsCode(LoginCase):
    """Phone, code, in; and every way to abuse that."""

    def test_log_in(self):
        """The number, then the code, and one is in. Covers: B23."""
        self.assertIn("/web/login/sms", self.url_open("/web/login").text)
        code = self._ask()
        self.assertEqual(len(code), 6)
        answer = self._post("/web/login/sms", code=code)
        self.assertTrue(self._is_in(answer))
        self.assertEqual(self.url_open("/odoo", allow_redirects=False).status_code, 200)
        row = self.env["crm.login.code"].search([], order="id desc", limit=1)
        self.assertEqual(row.state, "used")
        self.assertFalse(row.code_hash)

    def test_code_is_nowhere(self):
        """The code itself is in the message and in no table. Covers: B23."""
        code = self._ask()
        row = self.env["crm.login.code"].search([], order="id desc", limit=1)
        self.assertNotIn(code, str(row.read()))
        self.assertEqual(len(row.code_hash), 64)
        self.assertFalse(self.env["sms.sms"].search([("body", "like", code)]))

    def test_once(self):
        """A code works once, in the browser that asked for it. Covers: B23."""
        code = self._ask()
        token = self.env["crm.login.code"].search([], order="id desc", limit=1).token
        self.assertTrue(self._is_in(self._post("/web/login/sms", code=code)))
        with self.assertRaises(AccessDenied):
            self.env["crm.login.code"]._crm_redeem(token, code)
        self.opener.cookies.clear()
        answer = self.url_open("/web/login/sms", data={"code": code})
        self.assertEqual(answer.status_code, 400, "no CSRF token, no session")
        answer = self._post("/web/login/sms", code=code)
        self.assertFalse(self._is_in(answer))

    def test_expires(self):
        """A code is over after five minutes. Covers: B23."""
        code = self._ask()
        row = self.env["crm.login.code"].search([], order="id desc", limit=1)
        row.expires_at = "2020-01-01"
        self.env.flush_all()
        answer = self._post("/web/login/sms", code=code)
        self.assertIn("wrong or no longer valid", answer.text)

    def test_guesses(self):
        """After five guesses the right code does not work either. Covers: B23."""
        code = self._ask()
        wrong = f"{(int(code) + 1) % 10**6:06d}"
        for _try in range(5):
            answer = self._post("/web/login/sms", code=wrong)
            self.assertIn("wrong or no longer valid", answer.text)
        self.assertFalse(self._is_in(self._post("/web/login/sms", code=code)))

    def test_newest_code(self):
        """A new code ends the one before. Covers: B23."""
        self._ask()
        first = self.env["crm.login.code"].search([], order="id desc", limit=1)
        self._limits()
        self._ask()
        self.assertEqual(first.state, "void")

    def test_unknown_number(self):
        """The page says and does the same for a number of nobody. Covers: B23."""
        answers, queries = [], []
        self._wish("13700137000")
        for phone in ("13800138000", "13900139000"):
            before = self.env.cr.sql_log_count
            answers.append(self._wish(phone).text)
            queries.append(self.env.cr.sql_log_count - before)
        known, unknown = (
            answer.split("</header>")[-1]
            .replace("+8613800138000", "N")
            .replace("+8613900139000", "N")
            for answer in answers
        )
        self.assertEqual(
            known.partition("csrf_token")[2].partition("redirect")[2],
            unknown.partition("csrf_token")[2].partition("redirect")[2],
        )
        self.assertEqual(*queries)
        self._cron()
        self.assertEqual(len(self.server.seen), 1, "a message for the known one only")
        answer = self._post("/web/login/sms", code="123456")
        self.assertIn("wrong or no longer valid", answer.text)

    def test_limits_of_messages(self):
        """One number gets few messages, one address asks for few. Covers: B23."""
        self.assertTrue(self._ask())
        self.assertIn("Too many attempts", self._wish(PHONE).text)
        self.assertFalse(self._ask())
        for index in range(20):
            self._wish(f"139001390{index:02d}")
        answer = self._wish("13700137000")
        self.assertIn("Too many attempts", answer.text)

    def test_second_factor(self):
        """Who has a second factor is asked for it after the code. Covers: B23."""
        self.seller.sudo().totp_secret = "JBSWY3DPEHPK3PXP"
        self.env.flush_all()
        answer = self._post("/web/login/sms", code=self._ask())
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/web/login/totp", answer.headers["Location"])
        odoo = self.url_open("/odoo", allow_redirects=False)
        self.assertIn("/web/login", odoo.headers.get("Location", ""))

    def test_who_may(self):
        """Closed and outside accounts get no code; a number is one account's."""
        self.seller.active = False
        self.env.flush_all()
        self.assertFalse(self._ask())
        self._limits()
        outsider = new_test_user(self.env, login="outsider", groups="base.group_portal")
        with self.assertRaises(Exception), self.env.cr.savepoint():  # noqa: B017
            outsider.crm_login_phone = PHONE
        self.seller.crm_login_phone = False
        outsider.crm_login_phone = PHONE
        self.env.flush_all()
        self.assertFalse(self._ask())
        self.assertEqual(outsider.crm_login_phone, PHONE)
        with self.assertRaises(ValidationError):
            outsider.crm_login_phone = "not a number"
        self.seller.active = True
        with self.assertRaises(AccessError):
            self.seller.with_user(self.seller).write({"crm_login_phone": PHONE})

    def test_switched_off(self):
        """Without the switch there is neither link nor page. Covers: B23."""
        self.env["ir.config_parameter"].set_param("crm_login.sms", False)
        self.assertNotIn("/web/login/sms", self.url_open("/web/login").text)
        self.assertEqual(self.url_open("/web/login/sms").status_code, 404)

    def test_service_down(self):
        """When no message goes out, no code works. Covers: B23."""
        self.server.stop()
        with self.assertLogs("odoo.addons.crm_login", "WARNING"):
            self.assertFalse(self._ask())
        row = self.env["crm.login.code"].search([], order="id desc", limit=1)
        self.assertEqual(row.state, "void")

    def test_no_way_around(self):
        """The proof of a redeemed code cannot be sent from outside. Covers: B23."""
        answer = self._post(
            "/web/login", login="seller", password="x", type="sms", proof="1"
        )
        self.assertFalse(self._is_in(answer))
        with self.assertRaises(AccessDenied):
            self.seller.with_user(self.seller)._check_credentials(
                {"type": "sms", "proof": True}, {"interactive": True}
            )

    def test_hostile(self):
        """Nonsense in the forms is answered, not executed. Covers: B23."""
        self.url_open("/web/login/sms")
        for phone in ("' OR 1=1 --", "<script>alert(1)</script>", "١٢٣", "9" * 5000):
            answer = self._wish(phone)
            self.assertLess(answer.status_code, 500, phone[:20])
            self.assertNotIn("<script>alert(1)", answer.text)
        self._ask()
        for code in ("'; DROP TABLE res_users; --", "一二三四五六", "", "0" * 5000):
            answer = self._post("/web/login/sms", code=code)
            self.assertLess(answer.status_code, 500, code[:20])
            self.assertFalse(self._is_in(answer))
        answer = self._post("/web/login/sms", code="1" * 100000)
        self.assertEqual(answer.status_code, 413)
