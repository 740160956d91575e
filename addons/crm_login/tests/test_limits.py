from odoo.exceptions import AccessDenied, AccessError
from odoo.tests import tagged

from odoo.addons.crm_base.tests.processes import ProcessCase

from ..models.crm_login_limit import POLICIES
from .common import LoginCase

FREE = POLICIES["pair"].free


@tagged("post_install", "-at_install")
class TestLimits(LoginCase):
    """Guessing passwords becomes slow, wherever it is tried."""

    def test_password(self):
        """After some failures even the right password has to wait. Covers: B23."""
        for _try in range(FREE + 1):
            self.assertIn("Wrong login", self._password("wrong").text)
        answer = self._password()
        self.assertIn("Too many attempts", answer.text)
        self.assertTrue(self.env["crm.login.limit"].search([]))
        self._limits()
        self.assertTrue(self._is_in(self._password()))

    def test_delay_grows(self):
        """Each further failure doubles the wait. Covers: B23."""
        limits = self.env["crm.login.limit"]
        waits = []
        for _try in range(FREE + 4):
            (key,) = limits._crm_reserve([("pair", "x")])
            row = limits.search([("key", "=", key)])
            row.invalidate_recordset()
            if row.blocked_until:
                waits.append(round((row.blocked_until - row.last_at).total_seconds()))
                row.blocked_until = False
                self.env.flush_all()
        self.assertEqual(waits, [30, 60, 120, 240])

    def test_success_forgets(self):
        """A success gives the tries back. Covers: B23."""
        for _round in range(2):
            for _try in range(FREE - 1):
                self._password("wrong")
            self.assertTrue(self._is_in(self._password()))
            self.url_open("/web/session/logout")

    def test_forwarded_header(self):
        """A header that a client makes up gives it no other address. Covers: B23."""
        for index in range(FREE + 1):
            self._password("wrong", headers={"X-Forwarded-For": f"198.51.100.{index}"})
        answer = self._password(headers={"X-Forwarded-For": "203.0.113.99"})
        self.assertIn("Too many attempts", answer.text)

    def test_one_account_from_everywhere(self):
        """Many addresses that guess one account are slowed down, too. Covers: B23."""
        limits = self.env["crm.login.limit"]
        for index in range(POLICIES["login"].free + 1):
            limits._crm_reserve([("pair", f"boss|{index}"), ("login", "boss")])
        with self.assertRaises(AccessDenied):
            limits._crm_reserve([("pair", "boss|other"), ("login", "BOSS ")])

    def test_one_address_for_all(self):
        """One address that guesses many accounts is slowed down, too. Covers: B23."""
        limits = self.env["crm.login.limit"]
        for index in range(POLICIES["address"].free + 1):
            limits._crm_reserve([("login", str(index)), ("address", "1.2.3.4")])
        with self.assertRaises(AccessDenied):
            limits._crm_reserve([("login", "new"), ("address", "1.2.3.4")])

    def test_programs(self):
        """XML-RPC counts like the page. Covers: B23."""
        for _try in range(FREE + 1):
            self.assertFalse(
                self.xmlrpc_common.authenticate(
                    self.env.cr.dbname, "seller", "wrong", {}
                )
            )
        self.assertFalse(
            self.xmlrpc_common.authenticate(
                self.env.cr.dbname, "seller", "seller-password", {}
            )
        )

    def test_unlock(self):
        """An administrator unlocks an account; nobody else does. Covers: B23."""
        for _try in range(FREE + 1):
            self._password("wrong")
        with self.assertRaises(AccessError):
            self.seller.with_user(self.seller).action_crm_unlock()
        admin = self.env.ref("base.user_admin")
        self.assertTrue(self.seller.with_user(admin).action_crm_unlock())
        self.env.flush_all()
        self.assertTrue(self._is_in(self._password()))

    def test_hostile(self):
        """What is typed as a login is text, however long. Covers: B23."""
        for login in (
            "' OR 1=1; --",
            "<script>alert(1)</script>",
            "\U0001f600" * 50,
            "a" * 200000,
            "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
        ):
            answer = self._password("x", login=login)
            self.assertLess(answer.status_code, 500)
            self.assertNotIn("<script>alert(1)", answer.text)

    def test_nothing_is_told(self):
        """Unknown accounts are limited like known ones. Covers: B23."""
        texts = set()
        for login in ("seller", "nobody-of-this-name"):
            for _try in range(FREE + 1):
                self._password("wrong", login=login)
            answer = self._password("wrong", login=login)
            texts.add("Too many attempts" in answer.text)
        self.assertEqual(texts, {True})


@tagged("post_install", "-at_install")
class TestParallelGuesses(ProcessCase):
    """Guesses at the same moment, by real processes."""

    def test_race(self):
        """Of many guesses at once, as many are let in as are free. Covers: B23."""
        subject = "parallel-guesses"
        workers = self.workers(6)

        def clean():
            with self.committed() as env:
                env["crm.login.limit"]._crm_unlock(subject)

        self.addCleanup(clean)
        answers = []
        for _round in range(4):
            calls = [
                (
                    (
                        1,
                        "crm.login.limit",
                        "_crm_reserve",
                        [["pair", subject]],
                        subject,
                    ),
                    {},
                )
            ] * 6
            answers += workers.race(calls)
        allowed = [answer for answer in answers if "result" in answer]
        refused = {answer["error"] for answer in answers if "error" in answer}
        # the try that begins the first wait is the last one
        self.assertEqual(len(allowed), FREE + 1)
        self.assertEqual(refused, {"AccessDenied"})

    def test_code_race(self):
        """One code, used by many at once, works once. Covers: B23."""
        with self.committed() as env:
            code = env["crm.login.code"].create(
                {
                    "token": "race-token",
                    "phone": "+8613800138000",
                    "user_id": env.ref("base.user_admin").id,
                    "state": "sent",
                    "expires_at": "2099-01-01",
                }
            )
            code.code_hash = code._crm_hash("123456")
            code_id = code.id

        def clean():
            with self.committed() as env:
                env["crm.login.code"].browse(code_id).unlink()

        self.addCleanup(clean)
        workers = self.workers(5)
        calls = [((1, "crm.login.code", "_crm_redeem", "race-token", "123456"), {})] * 5
        answers = workers.race(calls)
        self.assertEqual(sum("result" in answer for answer in answers), 1)
        self.assertEqual(
            {answer["error"] for answer in answers if "error" in answer},
            {"AccessDenied"},
        )
