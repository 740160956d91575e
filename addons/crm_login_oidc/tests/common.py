"""A browser, the suite and a local provider."""

import http.client
from unittest.mock import patch
from urllib.parse import parse_qs, urlencode, urlsplit

from odoo.addons.crm_base.models import crm_login_log
from odoo.addons.crm_base.tools.flood_gate import FloodGate
from odoo.addons.crm_login.tests.common import LoginCase

from .provider import CLIENT, SECRET, Provider


class OidcCase(LoginCase):
    """A salesperson whose account is linked to a local provider."""

    def setUp(self):
        super().setUp()
        self.provider = Provider()
        self.addCleanup(self.provider.stop)
        self.env["auth.oauth.provider"].search([]).enabled = False
        self.record = self._connect(self.provider, "Company Account")
        self.seller.write(
            {"oauth_provider_id": self.record.id, "oauth_uid": "subject-1"}
        )
        self.env.flush_all()
        # in a test all connections are one, which is rolled back with the request
        self.rows = []
        self.patch(
            self.registry["crm.login.log"],
            "_crm_insert",
            lambda _log, values: self.rows.append(values),
        )
        gate = FloodGate(per_source=300, overall=1000, seconds=600)
        patcher = patch.object(crm_login_log, "FAILURES", gate)
        patcher.start()
        self.addCleanup(patcher.stop)

    def _connect(self, provider, name, **values):
        """Set a provider up as an administrator does; return its record."""
        record = self.env["auth.oauth.provider"].create(
            {
                "name": name,
                "crm_is_oidc": True,
                "crm_issuer": provider.issuer,
                "client_id": CLIENT,
                "crm_client_secret": SECRET,
                **values,
            }
        )
        record.action_crm_load_settings()
        record.enabled = True
        self.env.flush_all()
        return record

    def _restrict(self):
        """Let the salesperson log in from the office only."""
        self.env["crm.login.rule"].create(
            {
                "name": "office",
                "user_ids": [(6, 0, self.seller.ids)],
                "networks": "203.0.113.0/24",
            }
        )
        self.env.flush_all()

    # ------------------------------------------------------------
    # THE BROWSER
    # ------------------------------------------------------------

    def _begin(self, record=None, **query):
        """Press the button; return the address of the provider (str)."""
        record = record or self.record
        url = f"/web/login/oidc/{record.id}"
        if query:
            url += f"?{urlencode(query)}"
        answer = self.url_open(url, allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        return answer.headers["Location"]

    def _there(self, address):
        """Log in at the provider; return the address to come back to (str)."""
        parts = urlsplit(address)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=5)
        self.addCleanup(connection.close)
        connection.request("GET", f"{parts.path}?{parts.query}")
        answer = connection.getresponse()
        self.assertEqual(answer.status, 302)
        return answer.headers["Location"]

    def _back(self, address):
        """Come back; return the answer, redirects not followed."""
        parts = urlsplit(address)
        return self.url_open(f"{parts.path}?{parts.query}", allow_redirects=False)

    def _log_in(self, **query):
        """All three steps; return the last answer."""
        return self._back(self._there(self._begin(**query)))

    def _changed(self, address, **changes):
        """Return an address with other parameters (None: without it)."""
        parts = urlsplit(address)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        query.update(changes)
        query = {name: value for name, value in query.items() if value is not None}
        return parts._replace(query=urlencode(query)).geturl()

    # ------------------------------------------------------------
    # ASSERTIONS
    # ------------------------------------------------------------

    def _told(self):
        """Return what the log of log-ins says: (login, result, way)."""
        return [(row["login"], row["result"], row["way"]) for row in self.rows]

    def assertLoggedIn(self, answer, login="seller"):
        """Whoever came is in, as this account."""
        self.assertEqual(answer.status_code, 303)
        self.assertNotIn("/web/login", answer.headers["Location"])
        self.assertEqual(self._who(), login)

    def _who(self):
        """Return the login (str) of the browser's session, "" without one."""
        answer = self.url_open(
            "/web/session/get_session_info",
            data="{}",
            headers={"Content-Type": "application/json"},
        ).json()
        uid = (answer.get("result") or {}).get("uid")
        return self.env["res.users"].browse(uid).login if uid else ""

    def assertRefused(self, answer, text, reason, result="refused"):
        """Whoever came is not in, reads why, and it is written down."""
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(urlsplit(answer.headers["Location"]).path, "/web/login")
        self.assertFalse(self._who(), "no session")
        self.assertIn(text, self.url_open("/web/login").text)
        row = self.rows[-1]
        self.assertEqual((row["result"], row["way"]), (result, "oidc"))
        self.assertIn(reason, row["detail"] or "")
