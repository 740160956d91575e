import hmac
import time
from base64 import b32decode

from odoo.tests import tagged

from .common import OidcCase

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def authenticator():
    """Return what an authenticator shows now (int), by RFC 6238."""
    moment = int(time.time() // 30).to_bytes(8, "big")
    made = hmac.digest(b32decode(SECRET), moment, "sha1")
    start = made[-1] & 15
    return (int.from_bytes(made[start : start + 4], "big") & 0x7FFFFFFF) % 10**6


@tagged("post_install", "-at_install")
class TestWays(OidcCase):
    """Password, SMS code, provider and second factor beside each other."""

    def _totp(self, code=None):
        if code is None:
            code = authenticator()
        return self._post("/web/login/totp", totp_token=f"{code:06d}")

    def test_one_after_the_other(self):
        """Each way in is written down as what it is. Covers: B15, B23."""
        self.assertTrue(self._is_in(self._password()))
        self.url_open("/web/session/logout")
        self.assertTrue(self._is_in(self._post("/web/login/sms", code=self._ask())))
        self.url_open("/web/session/logout")
        self.assertLoggedIn(self._log_in())
        self.assertEqual(
            self._told(),
            [
                ("seller", "success", "password"),
                ("seller", "logout", None),
                ("seller", "success", "sms"),
                ("seller", "logout", None),
                ("seller", "success", "oidc"),
            ],
        )
        self.assertEqual({row["user_id"] for row in self.rows}, {self.seller.id})
        ways = dict(self.env["crm.login.log"]._selection_way())
        self.assertLessEqual({"password", "sms", "oidc"}, set(ways))

    def test_second_factor(self):
        """After SMS code and provider, too, the second factor decides. Covers: B23."""
        self.seller.sudo().totp_secret = SECRET
        self.env.flush_all()
        for way, log_in in (
            ("sms", lambda: self._post("/web/login/sms", code=self._ask())),
            ("oidc", self._log_in),
        ):
            self._limits()
            # each code of an authenticator works once
            self.seller.sudo().totp_last_counter = False
            self.env.flush_all()
            self.rows.clear()
            answer = log_in()
            self.assertIn("/web/login/totp", answer.headers["Location"])
            self.assertFalse(self._who(), "not yet")
            wrong = self._totp(code=0)
            self.assertEqual(wrong.status_code, 200)
            self.assertFalse(self._who())
            self._totp()
            self.assertEqual(self._who(), "seller")
            self.assertEqual(
                self._told(),
                [
                    ("seller", "second_factor", way),
                    ("seller", "wrong_code", "totp"),
                    ("seller", "success", "totp"),
                ],
            )
            self.url_open("/web/session/logout")

    def test_wrong_codes(self):
        """Wrong SMS codes are written down, with whose account it is. Covers: B15."""
        code = self._ask()
        wrong = f"{(int(code) + 1) % 10**6:06d}"
        self._post("/web/login/sms", code=wrong)
        self.assertEqual(self._told(), [("+8613800138000", "wrong", "sms")])
        self.assertEqual(self.rows[0]["user_id"], self.seller.id)
        self._wish("13900139000")
        self._post("/web/login/sms", code=wrong)
        self.assertEqual(self._told()[-1], ("+8613900139000", "wrong", "sms"))
        self.assertFalse(self.rows[-1]["user_id"])
        self.assertNotIn(code, str(self.rows))

    def test_restricted(self):
        """Who proves who it is and may not come in was refused. Covers: B15, B23."""
        self._restrict()
        self._password()
        self._post("/web/login/sms", code=self._ask())
        self._log_in()
        self.assertEqual(
            self._told(),
            [("seller", "refused", way) for way in ("password", "sms", "oidc")],
        )
        self.assertIn("network", self.rows[0]["detail"])

    def test_blocked(self):
        """Who guesses too often is locked, and the log says so. Covers: B15, B23."""
        for _try in range(11):
            self._password("wrong")
        self._password()
        self.assertEqual(self._told()[-1], ("seller", "locked", "password"))
