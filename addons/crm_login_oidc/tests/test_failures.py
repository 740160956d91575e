import time
from contextlib import suppress

from odoo.tests import tagged

from ..tools import provider as tools
from .common import OidcCase

FAILED = "does not answer as it should"


def answers(status, body):
    """An answer of this status and these bytes."""
    return lambda handler: handler.reply(status, body)


def late(handler):
    """An answer that comes too late."""
    time.sleep(1.5)
    with suppress(OSError):
        handler.reply(200, {})


def endless(handler):
    """An answer without an end."""
    handler.send_response(200)
    handler.end_headers()
    with suppress(OSError):
        for _index in range(1000):
            handler.wfile.write(b" " * 65536)


def broken(handler):
    """A connection that breaks off."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    handler.close_connection = True


def elsewhere(handler):
    """A redirect to where the server could be used against its own network."""
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1/")
    handler.end_headers()


DEFECTS = (
    (answers(500, b"{}"), "HTTP 500"),
    (answers(503, b"<html>down</html>"), "HTTP 503"),
    (answers(200, b"<html>log in</html>"), "no JSON"),
    (answers(200, b"[1]"), "no JSON object"),
    (answers(200, b"[" * 60000), "no JSON"),
    (answers(200, b"\xff\xfe\x00"), "no JSON"),
    (answers(200, b""), "no JSON"),
    (late, "timeout"),
    (endless, "no JSON"),
    (broken, "broken"),
    (elsewhere, "HTTP 302"),
)


@tagged("post_install", "-at_install")
class TestOidcFailures(OidcCase):
    """A provider that is down, slow, or talks nonsense."""

    def setUp(self):
        super().setUp()
        self.patch(tools, "TIMEOUT", 1)

    def test_token_endpoint(self):
        """Each defect is told and logged, and nobody is in. Covers: B23."""
        for answer, reason in DEFECTS:
            self.provider.answers = {"/token": answer}
            self.assertRefused(self._log_in(), FAILED, reason)
        self.provider.answers = {"/token": answers(200, b'{"id_token": null}')}
        self.assertRefused(self._log_in(), "cannot be trusted", "form")
        self.provider.answers = {}
        self.assertLoggedIn(self._log_in())

    def test_keys(self):
        """The same for the keys: none are better than wrong ones. Covers: B23."""
        for answer, reason in (*DEFECTS, (answers(200, b'{"keys": 1}'), "no keys")):
            self.record.sudo().write({"crm_jwks": False, "crm_jwks_at": False})
            self.env.flush_all()
            self.provider.answers = {"/certs": answer}
            self.assertRefused(self._log_in(), FAILED, reason)
        self.provider.answers = {
            "/certs": answers(200, b'{"keys": [1, null, {"kty": "RSA"}, {}]}')
        }
        self.assertRefused(self._log_in(), "cannot be trusted", "key")
        self.provider.answers = {}
        self.record.sudo().write({"crm_jwks": False, "crm_jwks_at": False})
        self.env.flush_all()
        self.assertLoggedIn(self._log_in())

    def test_wrong_secret(self):
        """A secret that the provider does not take is told as such. Covers: B23."""
        self.record.crm_client_secret = "outdated"
        self.env.flush_all()
        self.assertRefused(self._log_in(), FAILED, "invalid_client")
        self.record.write(
            {
                "crm_client_secret": "a secret: of the client & more",
                "crm_client_auth": "client_secret_post",
            }
        )
        self.env.flush_all()
        self.assertLoggedIn(self._log_in())

    def test_down(self):
        """Down is down; passwords work, and nobody is made to wait. Covers: B23."""
        back = self._there(self._begin())
        self.provider.stop()
        self.assertRefused(self._back(back), FAILED, "refused")
        counter = self.env["crm.login.limit"]._crm_keys([("oidc", "127.0.0.1")])
        row = self.env["crm.login.limit"].search([("key", "in", counter)])
        self.assertEqual(row.tries, 0)
        self.assertIn("Company Account", self.url_open("/web/login").text)
        self.assertTrue(self._is_in(self._password()))
        self.assertEqual(self._told()[-1], ("seller", "success", "password"))

    def test_own_network(self):
        """The server calls no address of its own network unasked. Covers: B23."""
        back = self._there(self._begin())
        self.env["ir.config_parameter"].set_param("crm_connect.allowed_hosts", "")
        self.env.flush_all()
        self.assertRefused(self._back(back), FAILED, "own network")
        self.assertNotIn("/token", self.provider.seen)
