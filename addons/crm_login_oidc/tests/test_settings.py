from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..tools import provider as tools
from .common import OidcCase
from .test_failures import DEFECTS


@tagged("post_install", "-at_install")
class TestOidcSettings(OidcCase):
    """What an administrator does, and what nobody else may."""

    def test_load(self):
        """The provider tells its settings; slashes and paths do not matter."""
        known = "/.well-known/openid-configuration"
        record = self.env["auth.oauth.provider"].create(
            {
                "name": "New",
                "crm_is_oidc": True,
                "client_id": "x",
                "crm_issuer": self.provider.issuer + known,
            }
        )
        self.assertEqual(record.body, "Log in with New")
        with self.assertRaises(ValidationError):
            record.enabled = True
        record.action_crm_load_settings()
        self.assertEqual(record.crm_issuer, self.provider.issuer)
        self.assertEqual(record.auth_endpoint, f"{self.provider.issuer}/auth")
        self.assertEqual(record.crm_token_endpoint, f"{self.provider.issuer}/token")
        self.assertEqual(record.crm_client_auth, "client_secret_basic")
        self.assertTrue(record.crm_sends_issuer)
        self.assertTrue(record.sudo().crm_jwks)
        record.enabled = True
        self.assertTrue(
            record.crm_redirect_uri.endswith(f"/web/login/oidc/{record.id}/back")
        )
        with self.assertRaises(ValidationError):
            record.scope = "profile"
        with self.assertRaises(ValidationError):
            record.crm_jwks_uri = False
        self.assertFalse(record.copy({"enabled": False}).crm_client_secret)

    def test_other_document(self):
        """A document of somebody else, or of no use, is not taken. Covers: B23."""
        for document in (
            {"issuer": "https://evil.example"},
            {"issuer": None},
            {"token_endpoint": None},
            {"jwks_uri": 5},
            {"token_endpoint": "http://evil.example/token"},
            {"authorization_endpoint": "javascript:alert(1)"},
            {"jwks_uri": "file:///etc/passwd"},
            {"code_challenge_methods_supported": ["plain"]},
        ):
            self.provider.document = document
            with self.assertRaises(UserError, msg=document), self.env.cr.savepoint():
                self.record.action_crm_load_settings()
        self.provider.document = {
            "token_endpoint_auth_methods_supported": ["client_secret_post"]
        }
        self.record.action_crm_load_settings()
        self.assertEqual(self.record.crm_client_auth, "client_secret_post")

    def test_silent(self):
        """A provider that does not answer is told as such. Covers: B23."""
        self.patch(tools, "TIMEOUT", 1)
        path = "/.well-known/openid-configuration"
        for answer, reason in DEFECTS:
            self.provider.answers = {path: answer}
            with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                self.record.action_crm_load_settings()
            self.assertIn(reason, str(caught.exception))

    def test_addresses(self):
        """Log-ins go over encrypted connections. Covers: B23."""
        for address in (
            "http://login.example.com",
            "ftp://login.example.com",
            "login.example.com",
            f"https://{self.seller.login}:x@login.example.com",
            "http://127.0.0.1.evil.example",
        ):
            with self.assertRaises(ValidationError, msg=address):
                self.record.crm_issuer = address

    def test_login_field(self):
        """Linking by a field needs to know which one, whatever was set last.

        Covers: B23.
        """
        self.record.action_crm_load_settings()
        self.record.enabled = True
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self.record.write({"crm_link": "claim", "crm_login_claim": False})
        self.record.crm_link = "claim"
        with self.assertRaises(ValidationError):
            self.record.crm_login_claim = False

    def test_who_may(self):
        """Only system administrators see and change providers. Covers: B23."""
        manager = new_test_user(
            self.env, login="keys", groups="base.group_erp_manager,crm_base.group_boss"
        )
        for user in (self.seller, manager):
            theirs = self.record.with_user(user)
            for call in (
                lambda record: record.read(["name"]),
                lambda record: record.action_crm_load_settings(),
                lambda record: record.write({"crm_link": "claim"}),
            ):
                with self.assertRaises(AccessError):
                    call(theirs)
        with self.assertRaises(AccessError):
            self.seller.with_user(self.seller).write({"oauth_uid": "subject-9"})
        administrator = new_test_user(
            self.env, login="root2", groups="base.group_system"
        )
        mine = self.record.with_user(administrator)
        mine.action_crm_load_settings()
        self.assertEqual(mine.crm_client_secret[:8], "a secret")
        with self.assertRaises(AccessError):
            mine.read(["crm_jwks"])
