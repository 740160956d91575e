from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged

from ..tools import door
from .common import DESKTOP_AGENT, PHONE_AGENT, LoginCase


@tagged("post_install", "-at_install")
class TestRules(LoginCase):
    """Accounts that may be used from some networks or devices only."""

    def _rule(self, **values):
        rule = self.env["crm.login.rule"].create(
            {"name": "office", "user_ids": [(6, 0, self.seller.ids)], **values}
        )
        self.env.flush_all()
        return rule

    def test_network_at_log_in(self):
        """From another network one is refused, with the reason. Covers: B23."""
        rule = self._rule(networks="203.0.113.0/24\n198.51.100.7")
        answer = self._password()
        self.assertFalse(self._is_in(answer))
        self.assertIn("may not be used from this network", answer.text)
        self.assertIn("Wrong login", self._password("wrong").text, "nothing is told")
        rule.networks = "127.0.0.0/8"
        self.assertTrue(self._is_in(self._password()))

    def test_network_at_every_request(self):
        """A session that moves out of the network ends. Covers: B23."""
        rule = self._rule(networks="127.0.0.1")
        self.assertTrue(self._is_in(self._password()))
        self.assertEqual(self.url_open("/odoo", allow_redirects=False).status_code, 200)
        rule.networks = "203.0.113.0/24"
        self.env.flush_all()
        answer = self.url_open(
            "/web/dataset/call_kw/res.partner/search_count",
            json={
                "params": {
                    "model": "res.partner",
                    "method": "search_count",
                    "args": [[]],
                    "kwargs": {},
                }
            },
        )
        self.assertIn("may not be used from this network", answer.text)
        self.assertNotIn('"result"', answer.text)
        page = self.url_open("/odoo")
        self.assertIn("oe_login_form", page.text)

    def test_page_tells_why(self):
        """The log-in page tells why a session ended. Covers: B23."""
        rule = self._rule(networks="127.0.0.1")
        self._password()
        rule.networks = "203.0.113.0/24"
        self.env.flush_all()
        page = self.url_open("/odoo")
        self.assertIn("may not be used from this network", page.text)
        self.assertNotIn("may not be used", self.url_open("/web/login").text)

    def test_device(self):
        """Phones only, or no phones, by log-in and by request. Covers: B23."""
        rule = self._rule(device="mobile")
        desktop, phone = {"User-Agent": DESKTOP_AGENT}, {"User-Agent": PHONE_AGENT}
        self.assertIn("on a phone only", self._password(headers=desktop).text)
        self.assertTrue(self._is_in(self._password(headers=phone)))
        page = self.url_open("/odoo", headers=desktop)
        self.assertIn("on a phone only", page.text)
        rule.device = "desktop"
        self.env.flush_all()
        self.assertIn("not be used on a phone", self._password(headers=phone).text)
        self.assertTrue(self._is_in(self._password(headers=desktop)))

    def test_api_key(self):
        """Keys of a restricted account are refused like the account. Covers: B23."""
        rule = self._rule(networks="127.0.0.1")
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.seller)
            .sudo()
            ._generate(None, "test", None)
        )
        headers = {"Authorization": f"bearer {key}"}
        url = "/json/2/res.users/search_count"
        answer = self.url_open(url, json={"domain": []}, headers=headers)
        self.assertEqual(answer.status_code, 200, answer.text)
        rule.networks = "203.0.113.0/24"
        self.env.flush_all()
        answer = self.url_open(url, json={"domain": []}, headers=headers)
        self.assertIn(answer.status_code, (401, 403))
        self.assertIn("may not be used from this network", answer.text)

    def test_xmlrpc(self):
        """Programs with a password, too, also after they were let in. Covers: B23."""
        db, uid = self.env.cr.dbname, self.seller.id

        def call():
            return self.xmlrpc_object.execute_kw(
                db, uid, "seller-password", "res.users", "search_count", [[]]
            )

        self.assertTrue(call())
        self._rule(networks="203.0.113.0/24")
        with self.assertRaises(Exception) as caught:  # noqa: B017
            call()
        self.assertIn("may not be used", str(caught.exception))

    def test_role(self):
        """A restriction of a role holds for everybody in it. Covers: B23."""
        group = self.env.ref("crm_base.group_salesperson")
        free = new_test_user(
            self.env, login="free", groups="base.group_system", password="free-password"
        )
        free.group_ids -= group | self.env.ref("crm_base.group_boss")
        self._rule(
            user_ids=False, group_ids=[(6, 0, group.ids)], networks="203.0.113.0/24"
        )
        self.assertFalse(self._is_in(self._password()))
        self.assertTrue(self._is_in(self._password("free-password", login="free")))

    def test_last_administrator(self):
        """The last administrator cannot be locked out. Covers: B23."""
        system = self.env.ref("base.group_system")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._rule(group_ids=[(6, 0, system.ids)], networks="203.0.113.0/24")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            everybody = self.env.ref("base.group_user")
            self._rule(group_ids=[(6, 0, everybody.ids)], device="mobile")
        admins = self.env["res.users"].search([("all_group_ids", "in", system.ids)])
        other = new_test_user(self.env, login="other", groups="base.group_system")
        self._rule(user_ids=[(6, 0, admins.ids)], networks="203.0.113.0/24")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            other.active = False
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            other.group_ids -= system

    def test_rights(self):
        """Restrictions are the system administrator's. Covers: B23."""
        rule = self._rule(networks="127.0.0.1")
        for operation in ("read", "write", "create", "unlink"):
            self.assertFalse(rule.with_user(self.seller).has_access(operation))
        for model in ("crm.login.code", "crm.login.limit"):
            for user in (self.seller, self.env.ref("base.user_admin")):
                with self.assertRaises(AccessError):
                    self.env[model].with_user(user).search([])
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            rule.networks = "300.1.1.1/24"

    def test_addresses(self):
        """Networks of both families, and addresses in each other's clothes."""
        networks = door.networks_of("10.0.0.0/8, 2001:db8::/32，192.0.2.1")
        for address, expected in (
            ("10.1.2.3", True),
            ("::ffff:10.1.2.3", True),
            ("2001:db8::1", True),
            ("192.0.2.1", True),
            ("192.0.2.2", False),
            ("", False),
            ("nonsense", False),
        ):
            self.assertEqual(door.is_inside(address, networks), expected, address)
