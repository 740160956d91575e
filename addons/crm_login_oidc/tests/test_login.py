from urllib.parse import parse_qs, urlsplit

from odoo.exceptions import AccessDenied, ConcurrencyError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import OidcCase


@tagged("post_install", "-at_install")
class TestOidcLogin(OidcCase):
    """There and back, over real HTTP."""

    def test_log_in(self):
        """The button, the provider, and one is in. Covers: B23."""
        page = self.url_open("/web/login").text
        self.assertIn(f'href="/web/login/oidc/{self.record.id}"', page)
        self.assertIn("Log in with Company Account", page)
        address = self._begin()
        query = parse_qs(urlsplit(address).query)
        self.assertEqual(query["code_challenge_method"], ["S256"])
        self.assertEqual(query["response_type"], ["code"])
        before = self.opener.cookies["session_id"]
        self.assertLoggedIn(self._back(self._there(address)))
        self.assertNotEqual(self.opener.cookies["session_id"], before)
        self.assertEqual(self._told(), [("seller", "success", "oidc")])
        self.assertEqual(self.rows[0]["user_id"], self.seller.id)
        self.assertFalse(self.env["crm.oidc.attempt"].search([]))

    def test_secrets_are_nowhere(self):
        """Neither page nor table has a secret of the log-in. Covers: B23."""
        self.assertNotIn("a secret", self.url_open("/web/login").text)
        query = parse_qs(urlsplit(self._begin()).query)
        attempt = self.env["crm.oidc.attempt"].search([])
        for name in ("state", "nonce", "code_challenge"):
            self.assertNotIn(query[name][0], str(attempt.read()))

    def test_where_to(self):
        """One lands on the page one wanted, never on a foreign one. Covers: B23."""
        answer = self._log_in(redirect="/odoo/contacts?x=1")
        location = urlsplit(answer.headers["Location"])
        self.assertEqual((location.path, location.query), ("/odoo/contacts", "x=1"))
        for evil in (
            "https://evil.example/",
            "//evil.example/",
            "/\\evil.example",
            "\\\\evil.example",
            "javascript:alert(1)",
            "/\n/evil.example",
            " //evil.example",
            "odoo.evil.example",
        ):
            self.url_open("/web/session/logout")
            answer = self._log_in(redirect=evil)
            location = urlsplit(answer.headers["Location"])
            self.assertEqual(location.path, "/odoo", evil)
            self.assertIn(location.hostname, ("127.0.0.1", "localhost", None), evil)

    def test_link_keeps_the_page(self):
        """The button takes the wanted page along, if it is ours. Covers: B23."""
        page = self.url_open("/web/login?redirect=/odoo/contacts").text
        self.assertIn("?redirect=%2Fodoo%2Fcontacts", page)
        page = self.url_open("/web/login?redirect=//evil.example/").text
        self.assertIn(f'href="/web/login/oidc/{self.record.id}"', page)

    def test_already_in(self):
        """Who is logged in goes on; nobody becomes somebody else. Covers: B23."""
        back = self._there(self._begin())
        self.assertLoggedIn(self._log_in())
        self.provider.person = {"sub": "somebody-else"}
        self.assertEqual(self._back(back).status_code, 303)
        self.assertEqual(self._who(), "seller")
        answer = self.url_open(
            f"/web/login/oidc/{self.record.id}", allow_redirects=False
        )
        self.assertEqual(urlsplit(answer.headers["Location"]).path, "/odoo")

    def test_two_at_once(self):
        """Two tabs of a browser, and two browsers, do not meet. Covers: B23."""
        first, second = self._begin(), self._begin()
        self.assertNotEqual(first, second)
        other = self.opener.cookies.copy()
        self.opener.cookies.clear()
        third = self._begin()
        self.assertLoggedIn(self._back(self._there(third)))
        self.opener.cookies.clear()
        self.opener.cookies.update(other)
        back = self._there(first)
        self.assertLoggedIn(self._back(self._there(second)))
        self.url_open("/web/session/logout")
        self.assertRefused(self._back(back), "not begun in this browser", "")

    def test_run_again(self):
        """A request that the server runs again is still one log-in. Covers: B23."""
        Users = self.registry["res.users"]
        log_in = Users._login
        tries = []

        def first_too_early(users, credential, user_agent_env):
            tries.append(credential["type"])
            if len(tries) == 1:
                raise ConcurrencyError
            return log_in(users, credential, user_agent_env)

        self.patch(Users, "_login", first_too_early)
        with mute_logger("odoo.service.model"):
            self.assertLoggedIn(self._log_in())
        self.assertEqual(tries, ["oidc", "oidc"])
        self.assertEqual(self.provider.seen.count("/token"), 1)

    def test_second_factor(self):
        """Who has a second factor here is asked for it. Covers: B23."""
        self.seller.sudo().totp_secret = "JBSWY3DPEHPK3PXP"
        self.env.flush_all()
        answer = self._log_in(redirect="/odoo/contacts")
        location = urlsplit(answer.headers["Location"])
        self.assertEqual(location.path, "/web/login/totp")
        self.assertEqual(parse_qs(location.query)["redirect"], ["/odoo/contacts"])
        self.assertFalse(self._who())
        self.assertEqual(self._told(), [("seller", "second_factor", "oidc")])

    def test_restricted(self):
        """Restrictions of an account hold for this way, too. Covers: B23."""
        self._restrict()
        answer = self._log_in()
        self.assertRefused(answer, "may not be used from this network", "network")
        self.assertEqual(self._told(), [("seller", "refused", "oidc")])

    def test_limits(self):
        """One address begins few log-ins that it does not finish. Covers: B23."""
        for _index in range(3):
            self.assertLoggedIn(self._log_in())
            self.url_open("/web/session/logout")
        counter = self.env["crm.login.limit"]._crm_keys([("oidc", "127.0.0.1")])
        row = self.env["crm.login.limit"].search([("key", "in", counter)])
        self.assertEqual(row.tries, 0, "who gets in is not counted")
        row.tries = 150
        self.env.flush_all()
        self._begin()
        answer = self.url_open(
            f"/web/login/oidc/{self.record.id}", allow_redirects=False
        )
        self.assertRefused(answer, "Too many attempts", "", "locked")

    def test_blocked_account(self):
        """An account that is guessed at is blocked for this way, too. Covers: B23."""
        for _try in range(11):
            self._password("wrong")
        self.assertRefused(self._log_in(), "Too many attempts", "", "locked")

    def test_no_way_around(self):
        """The proof cannot be sent from outside; Odoo's own way is shut."""
        answer = self._post(
            "/web/login", login="seller", password="x", type="oidc", proof="1"
        )
        self.assertFalse(self._is_in(answer))
        with self.assertRaises(AccessDenied):
            self.seller.with_user(self.seller)._check_credentials(
                {"type": "oidc", "proof": True}, {"interactive": True}
            )
        for number in (self.record.id, f'"{self.record.id}"', f"[{self.record.id}]"):
            state = f'{{"d": "{self.env.cr.dbname}", "p": {number}, "r": "x"}}'
            answer = self.url_open(
                "/auth_oauth/signin?access_token=opaque&state=" + state,
                allow_redirects=False,
            )
            self.assertIn("oauth_error=3", answer.headers["Location"])
        self.assertFalse(self._who())
        self.assertNotIn("/userinfo", self.provider.seen)

    def test_switched_off(self):
        """A provider that is off, or of another kind, has no way in. Covers: B23."""
        back = self._there(self._begin())
        self.record.enabled = False
        self.env.flush_all()
        self.assertEqual(self._back(back).status_code, 404)
        url = f"/web/login/oidc/{self.record.id}"
        self.assertEqual(self.url_open(url).status_code, 404)
        self.assertNotIn(url, self.url_open("/web/login").text)
        plain = self.env["auth.oauth.provider"].create(
            {
                "name": "plain",
                "body": "plain",
                "auth_endpoint": "https://x.example",
                "validation_endpoint": "https://x.example",
                "enabled": True,
            }
        )
        self.env.flush_all()
        self.assertEqual(self.url_open(f"/web/login/oidc/{plain.id}").status_code, 404)
        self.assertEqual(self.url_open("/web/login/oidc/999999999").status_code, 404)

    def test_log_out(self):
        """Leaving here is leaving there, if it is set so. Covers: B23."""
        self._log_in()
        answer = self.url_open("/web/session/logout", allow_redirects=False)
        self.assertNotIn(
            self.provider.issuer.rpartition(":")[2],
            answer.headers["Location"],
        )
        self.record.crm_ends_session = True
        self.env.flush_all()
        self._log_in()
        answer = self.url_open("/web/session/logout", allow_redirects=False)
        location = urlsplit(answer.headers["Location"])
        self.assertTrue(location.geturl().startswith(f"{self.provider.issuer}/logout"))
        query = parse_qs(location.query)
        self.assertEqual(query["client_id"], ["crm-suite"])
        self.assertEqual(query["id_token_hint"][0].count("."), 2)
        self.assertTrue(query["post_logout_redirect_uri"][0].endswith("/web/login"))
        self.assertFalse(self._who())
        self.assertEqual(self._told()[-1], ("seller", "logout", None))
