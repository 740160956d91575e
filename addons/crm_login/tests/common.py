"""Logging in as people and programs do, over HTTP."""

import json
import re

from odoo.tests import HttpCase, new_test_user

from odoo.addons.crm_connect.models.crm_webhook import ALLOW_LIST
from odoo.addons.crm_connect.tests.server import LocalServer

from ..hooks import post_load

PHONE = "+8613800138000"
PHONE_AGENT = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148"
DESKTOP_AGENT = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0"


class LoginCase(HttpCase):
    """A salesperson with a phone, a local SMS service, and the page."""

    def setUp(self):
        super().setUp()
        self.server = LocalServer()
        self.addCleanup(self.server.stop)
        params = self.env["ir.config_parameter"]
        params.set_param(ALLOW_LIST, "127.0.0.1")
        params.set_param("crm_login.sms", "True")
        self.env["crm.sms.gateway"].search([]).active = False
        self.env["crm.sms.gateway"].create(
            {"name": "local", "kind": "http", "url": self.server.url("/sms")}
        )
        self.env["crm.login.rule"].search([]).unlink()
        self.env["crm.login.limit"].search([]).unlink()
        self.seller = new_test_user(
            self.env,
            login="seller",
            password="seller-password",
            groups="crm_base.group_salesperson",
            lang="en_US",
        )
        self.seller.crm_login_phone = PHONE
        self.env.flush_all()
        # texts are compared in English, whatever the database speaks
        self.env["res.lang"]._activate_lang("en_US")
        self.env["res.partner"].search([("user_ids", "!=", False)]).lang = "en_US"
        self.env.ref("base.public_user").sudo().lang = "en_US"
        self.env.company.partner_id.lang = "en_US"
        self.opener.headers["Accept-Language"] = "en-US,en"
        # loaded by the server; a collector of tests may come before it
        post_load()

    def _token(self, response):
        """Return the CSRF token of a page."""
        return re.search(r'name="csrf_token" value="([^"]+)"', response.text)[1]

    def _post(self, url, **values):
        """Fill in the form of a page; return the answer, redirects not followed."""
        headers = values.pop("headers", None)
        page = self.url_open(url, headers=headers)
        data = {"csrf_token": self._token(page), **values}
        return self.url_open(url, data=data, headers=headers, allow_redirects=False)

    def _password(self, password="seller-password", login="seller", **values):
        """Log in with a password."""
        return self._post("/web/login", login=login, password=password, **values)

    def _cron(self):
        """Send the codes that were asked for."""
        with self.enter_registry_test_mode():
            self.env.ref("crm_login.ir_cron_send_codes").method_direct_trigger()
        self.env.invalidate_all()

    def _wish(self, phone):
        """Enter a number on the page; return its answer."""
        self.url_open("/web/login/sms?again=1")
        return self._post("/web/login/sms", phone=phone)

    def _ask(self, phone="138 0013 8000"):
        """Ask for a code; return the code (str) that came, "" if none came."""
        self._wish(phone)
        before = len(self.server.seen)
        self._cron()
        if len(self.server.seen) == before:
            return ""
        return re.search(r"\d{6}", json.loads(self.server.seen[-1]["body"])["text"])[0]

    def _is_in(self, response):
        """Whether an answer is the way into the application."""
        return response.status_code == 303 and "/odoo" in response.headers["Location"]

    def _limits(self, **values):
        """Let all counters forget, or change them."""
        limits = self.env["crm.login.limit"].search([])
        limits.write({"tries": 0, "blocked_until": False, **values})
        self.env.flush_all()
