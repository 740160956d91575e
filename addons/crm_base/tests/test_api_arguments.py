"""What programs get wrong is refused with a message, never with a crash."""

import json
from datetime import datetime, timedelta

from odoo.exceptions import LockError, MissingError, UserError
from odoo.tests import HttpCase, tagged

from ..tools.arguments import as_id, as_number, as_text
from .common import CrmCase

# what a program may pass by mistake
WRONG = (None, True, -1, 2**40, 1.5, "x", "\0", [["a"]], {})


@tagged("post_install", "-at_install")
class TestArguments(CrmCase):
    """The methods themselves, through any door."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam)
        cls.mine = cls.customer.with_user(cls.sam)

    def test_values(self):
        """Texts, ids and numbers are what they claim to be. Covers: B25."""
        self.assertEqual(
            [as_text(value) for value in WRONG], [""] * 5 + ["x"] + [""] * 3
        )
        self.assertEqual([as_id(value) for value in (*WRONG, 7)], [0] * 9 + [7])
        self.assertEqual(
            [as_number(value) for value in (None, True, "1", float("nan"), 0, 1.5)],
            [None, None, None, None, 0, 1.5],
        )

    def test_followups(self):
        """Reasons, comments and places that are none are refused. Covers: B09, B25."""
        followup = self._followup(self.sam, self.customer)
        mine = followup.with_user(self.sam)
        for value in (None, True, 7, "\0", ["a"], {}):
            with self.assertRaises(UserError):
                mine.action_cancel(value)
            with self.assertRaises(UserError):
                followup.with_user(self.boss).action_review(value)
        for value in WRONG[:2] + WRONG[5:]:
            with self.assertRaises(UserError):
                mine.action_checkin(value, 120.0)

    def test_customers(self):
        """Colleagues that are none are refused. Covers: B03, B25."""
        for value in WRONG:
            with self.assertRaises(UserError):
                self.mine.action_transfer(value)
            with self.assertRaises(UserError):
                self.mine.action_share([value])
            with self.assertRaises(UserError):
                self.mine.action_unshare(value)

    def test_timeline(self):
        """A number of entries that is none is the usual one. Covers: B25."""
        for value in WRONG:
            self.assertTrue(self.mine.get_crm_timeline(limit=value)["entries"])

    def test_figures(self):
        """Codes that are none are refused. Covers: R01, B25."""
        for value in (None, True, 7, {}, [["a"]], "x"):
            with self.assertRaises(UserError):
                self.env["crm.metric"].with_user(self.sam).compute_values(value)
        currency = self.env.company.currency_id.with_context(lang="zh_CN")
        for value in (None, True, "x", "\0", []):
            with self.assertRaises(UserError):
                currency.amount_to_text(value)

    def test_tasks(self):
        """A task that is gone is missing, and does not look busy. Covers: B12, B25."""
        task = self.env["crm.task"].with_user(self.sam).create({"name": "Offer"})
        for value in WRONG:
            with self.assertRaises(UserError):
                task.action_hand_over(value, "ill")
            with self.assertRaises(UserError):
                task.action_move(value)
        with self.assertRaises(MissingError) as gone:
            task.browse(2**31 - 1).action_start()
        self.assertNotIsInstance(gone.exception, LockError)


@tagged("post_install", "-at_install")
class TestJson2(CrmCase, HttpCase):
    """The door of JSON-2, for any method."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam)
        # sudo: a key is made without the window that asks for the password
        keys = cls.env(user=cls.sam.id)["res.users.apikeys"].sudo()
        cls.key = keys._generate(None, "test", datetime.now() + timedelta(hours=1))

    def call(self, path, **body):
        """Call a method as sam; return the status and the answer."""
        reply = self.url_open(
            f"/json/2/{path}",
            data=json.dumps(body),
            headers={
                "Authorization": f"bearer {self.key}",
                "Content-Type": "application/json",
            },
        )
        return reply.status_code, reply.json()

    def test_ids(self):
        """What are no ids is refused as that, for every method. Covers: B25."""
        for ids in ("x", 7, ["x"], [True], [[1]], {"a": 1}, None):
            status, body = self.call("res.partner/read", ids=ids, fields=["name"])
            self.assertEqual(status, 422, ids)
            self.assertIn("ids", body["message"])
        status, rows = self.call(
            "res.partner/read", ids=self.customer.ids, fields=["name"]
        )
        self.assertEqual((status, len(rows)), (200, 1))

    def test_one_record(self):
        """A method for one record says so when it gets none or two. Covers: B25."""
        other = self._customer(self.sam)
        for ids in ([], [self.customer.id, other.id]):
            status, body = self.call("res.partner/get_crm_overview", ids=ids)
            self.assertEqual((status, "one" in body["message"]), (422, True))
        status, _body = self.call("res.partner/get_crm_overview", ids=self.customer.ids)
        self.assertEqual(status, 200)

    def test_context(self):
        """A context that is none is refused. Covers: B25."""
        for context in ("x", [1], None):
            self.assertEqual(
                self.call("res.partner/search", domain=[], context=context)[0], 422
            )
