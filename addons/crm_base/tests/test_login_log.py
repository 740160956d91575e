import json
import xmlrpc.client
from unittest.mock import patch

from odoo.exceptions import AccessDenied, AccessError
from odoo.sql_db import db_connect
from odoo.tests import HttpCase, TransactionCase, new_test_user, tagged

from ..models import crm_login_log
from ..tools.flood_gate import FloodGate
from .common import CrmCase


@tagged("post_install", "-at_install")
class TestLoginDoors(HttpCase):
    """Log-ins as they really happen, over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = new_test_user(
            cls.env,
            "logan",
            groups="crm_base.group_salesperson",
            password="right-password-1",
        )

    def setUp(self):
        super().setUp()
        if hasattr(self.registry, "_login_failures"):
            del self.registry._login_failures
        gate = FloodGate(per_source=30, overall=1000, seconds=600)
        patcher = patch.object(crm_login_log, "FAILURES", gate)
        patcher.start()
        self.addCleanup(patcher.stop)
        self.gate = gate
        # in a test all connections are one, which is rolled back with the request
        self.rows = []
        self.patch(
            self.registry["crm.login.log"],
            "_crm_insert",
            lambda _log, values: self.rows.append(values),
        )

    def _told(self):
        return [(row["login"], row["result"], row["way"]) for row in self.rows]

    def _log_in(self, login, password):
        return self.url_open(
            "/web/session/authenticate",
            data=json.dumps(
                {
                    "params": {
                        "db": self.env.cr.dbname,
                        "login": login,
                        "password": password,
                    }
                }
            ),
            headers={"Content-Type": "application/json", "User-Agent": "Browser 1.0"},
        ).json()

    def test_password(self):
        """Success, failure, no such account, closed account, leaving. Covers: B15."""
        self._log_in("logan", "wrong")
        self._log_in("nobody-here", "x")
        self.assertEqual(
            self._log_in("logan", "right-password-1")["result"]["uid"], self.user.id
        )
        self.url_open("/web/session/logout")
        self.user.active = False
        self.env.flush_all()
        self._log_in("logan", "right-password-1")
        self.assertEqual(
            self._told(),
            [
                ("logan", "wrong", "password"),
                ("nobody-here", "unknown", "password"),
                ("logan", "success", "password"),
                ("logan", "logout", None),
                ("logan", "archived", "password"),
            ],
        )
        self.assertEqual(
            [row["user_id"] for row in self.rows],
            [self.user.id, None, self.user.id, self.user.id, self.user.id],
        )
        self.assertEqual(self.rows[2]["user_agent"], "Browser 1.0")
        self.assertEqual(self.rows[2]["ip_address"], "127.0.0.1")
        self.assertNotIn("right-password-1", json.dumps(self.rows))

    def test_lock(self):
        """After too many failures the log says that Odoo locked. Covers: B15."""
        self.env["ir.config_parameter"].set_param("base.login_cooldown_after", "2")
        for _attempt in range(3):
            self._log_in("logan", "wrong")
        self.assertEqual(
            [result for _login, result, _way in self._told()],
            ["wrong", "wrong", "locked"],
        )

    def test_flooding(self):
        """A flood of failures leaves few rows, and says how many it was.

        Covers: B15.
        """
        self.env["ir.config_parameter"].set_param("base.login_cooldown_after", "0")
        self.gate.per_source = 3
        for number in range(8):
            self._log_in(f"guess{number}", "x")
        self.assertEqual(len(self.rows), 3)
        self.gate.until = 0
        self._log_in("guess9", "x")
        self.assertEqual(self.rows[-1]["detail"], "(+5)")

    def test_programs_are_sampled(self):
        """Keys and passwords of programs: one row an hour, failures each.

        Covers: B15, B25.
        """
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.user)
            .sudo()
            ._generate(None, "test", None)
        )
        self.env.flush_all()
        url = "/json/2/res.partner/search"
        for token in (key, key, key, "x" * 40):
            self.url_open(
                url,
                data="{}",
                headers={
                    "Authorization": f"Bearer {token}",
                    "Content-Type": "application/json",
                },
            )
        self.assertEqual(
            self._told(), [("logan", "success", "apikey"), ("", "wrong", "apikey")]
        )
        for _call in range(3):
            self.xmlrpc_object.execute_kw(
                self.env.cr.dbname,
                self.user.id,
                "right-password-1",
                "res.partner",
                "search_count",
                [[]],
            )
        self.assertEqual(self._told()[-1], ("logan", "success", "api_password"))
        self.assertEqual(len(self._told()), 3)
        with self.assertRaises(xmlrpc.client.Fault):
            self.xmlrpc_object.execute_kw(
                self.env.cr.dbname, self.user.id, "no", "res.partner", "search", [[]]
            )
        self.assertEqual(self._told()[-1], ("logan", "wrong", "api_password"))


@tagged("post_install", "-at_install")
class TestLoginLog(CrmCase):
    def _row(self, user):
        self.env["crm.login.log"]._crm_insert(
            {
                "login": user.login,
                "user_id": user.id,
                "result": "success",
                "way": "password",
                "detail": None,
                "sample": None,
                "ip_address": "192.0.2.1",
                "user_agent": "",
            }
        )
        return self.env["crm.login.log"].search([("user_id", "=", user.id)], limit=1)

    def test_readers(self):
        """The boss and administrators read all, others their own. Covers: B01, B15."""
        sams, bosss = self._row(self.sam), self._row(self.boss)
        self.assertViewers(sams, self.sam)
        for user in (self.boss, self.env.ref("base.user_admin")):
            self.assertSees(user, sams | bosss)
        mine = self.env["crm.login.log"].with_user(self.sam)
        action = self.sam.with_user(self.sam).action_open_my_logins()
        self.assertEqual(action["res_model"], "crm.login.log")
        self.assertEqual(mine.search([]).user_id, self.sam)

    def test_no_other_door(self):
        """Nobody writes, changes or deletes a row. Covers: B15."""
        row = self._row(self.sam)
        for user in (self.sam, self.boss, self.env.ref("base.user_admin")):
            for theirs in (row.with_user(user), row.with_user(user).sudo()):
                for call in (
                    lambda log: log.create({"login": "x", "result": "success"}),
                    lambda log: log.write({"login": "x"}),
                    lambda log: log.unlink(),
                ):
                    with self.assertRaises(AccessError):
                        call(theirs)


@tagged("post_install", "-at_install")
class TestOwnConnection(TransactionCase):
    def test_outlives_the_transaction(self):
        """A refused log-in is rolled back; its row is not. Covers: B15."""
        login = "own-connection-of-the-log"

        def forget():
            with db_connect(self.env.cr.dbname).cursor() as cr:
                cr.execute("DELETE FROM crm_login_log WHERE login = %s", [login])

        self.addCleanup(forget)
        with self.assertRaises(AccessDenied), self.env.cr.savepoint():
            self.env["res.users"]._login(
                {"login": login, "password": "x", "type": "password"}, {}
            )
        with db_connect(self.env.cr.dbname).cursor() as cr:
            cr.execute(
                "SELECT result, user_id FROM crm_login_log WHERE login = %s", [login]
            )
            self.assertEqual(cr.fetchall(), [("unknown", None)])


@tagged("post_install", "-at_install")
class TestFloodGate(TransactionCase):
    def test_limits(self):
        """Per source and overall, by window; what was held back is counted.

        Covers: B15.
        """
        now = [0.0]
        gate = FloodGate(2, 3, 60, clock=lambda: now[0])
        self.assertEqual([gate.admit("a") for _ in range(4)], [0, 0, None, None])
        self.assertEqual(gate.admit("b"), 2)
        self.assertIsNone(gate.admit("c"))
        now[0] = 61
        self.assertEqual(gate.admit("a"), 1)
        self.assertEqual(len(gate.passed), 1)
