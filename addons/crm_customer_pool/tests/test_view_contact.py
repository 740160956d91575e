from odoo import fields
from odoo.tests import freeze_time, tagged

from odoo.addons.crm_base.tests.processes import ProcessCase

from .common import PoolCase
from .leak_common import KEPT, SECRETS, LeakCase
from .view_common import LookLeakTests, LookRaceTests, ViewContactTests


@tagged("post_install", "-at_install")
class TestViewContact(ViewContactTests, PoolCase):
    """Looking at contact details: allowed by the pool, counted, logged."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.record = cls._pooled(mobile="13812345678", email="a@secret.cn")
        cls.seen_pool = cls.pool
        cls.pool.write({"view_allowed": "members", "view_per_day": 2})

    def test_answer_and_log(self):
        """The answer has the details; the log has who, when, which, and why.

        Covers: P10.
        """
        contact = self._contact(self.record, "李秘书", mobile="13611112222")
        self.assertTrue(contact)
        with freeze_time("2026-03-02 04:00:00"):
            told = self._look(self.sam)
        details = {
            (person["name"], detail["name"]): detail["value"]
            for person in told["people"]
            for detail in person["details"]
        }
        self.assertEqual(details[self.record.name, "mobile"], "13812345678")
        self.assertEqual(details["李秘书", "mobile"], "13611112222")
        self.assertEqual(told["left"], 1)
        log = self._logs()
        self.assertRecordValues(
            log,
            [
                {
                    "user_id": self.sam.id,
                    "user_name": "Sam",
                    "logged_at": fields.Datetime.to_datetime("2026-03-02 04:00:00"),
                    "pool_id": self.pool.id,
                    "customer_res_id": self.record.id,
                    "customer_name": self.record.pool_name,
                    "reason": "核对重复",
                }
            ],
        )
        self.assertIn("mobile", log.shown_fields)
        mobile = self.env["res.partner"].fields_get(["mobile"], ["string"])["mobile"]
        self.assertIn(mobile["string"], log.shown_labels)
        self.assertNotIn("mobile", log.shown_labels)
        self.assertNotIn("138", str(log.read()))
        self.assertSealed(log)

    def test_allowance(self):
        """What is used and left stands in a table, for oneself and one's superiors.

        Covers: P06, P10.
        """
        level = self.env.ref("crm_base.dictionary_customer_level_a")
        self.pool.write(
            {
                "claim_per_day": 5,
                "claim_per_week": 9,
                "holding_limit": 7,
                "level_limit_ids": [(0, 0, {"level_id": level.id, "limit": 3})],
            }
        )
        self._customer(self.sam, "级别甲", customer_level_id=level.id)
        pooled = self._pooled("一"), self._pooled("二")
        # as at the end of a request: the log of changes waits for it
        self.env["crm.change.log"].flush_model()
        result = self._claim(self.sam, *pooled)
        self._look(self.sam)
        Allowance = self.env["crm.pool.allowance"]

        def told(user, person=self.sam):
            Allowance.invalidate_model()
            return {
                row.kind: (row.used, row.limit, row.left)
                for row in Allowance.with_user(user).search(
                    [("user_id", "=", person.id), ("pool_id", "=", self.pool.id)]
                )
            }

        expected = {
            "day": (2, 5, 3),
            "week": (2, 9, 7),
            "holding": (3, 7, 4),
            "level": (1, 3, 2),
            "view": (1, 2, 1),
        }
        for user in (self.sam, self.manager, self.boss):
            self.assertEqual(told(user), expected, user.login)
        for user in (self.sue, self.xia):
            self.assertFalse(told(user))
        self.env["crm.pool"].with_user(self.manager).action_undo(result["batch_id"])
        self.assertEqual(told(self.sam)["day"], (0, 5, 5))
        self.pool.write({"newcomer_days": 5, "newcomer_claim_per_day": 50})
        self.assertEqual(told(self.sam)["day"], (0, 50, 50))


@tagged("post_install", "-at_install")
class TestLookLeaksNothing(LookLeakTests, LeakCase):
    def test_only_in_the_answer(self):
        """After a look, no other door tells the one who looked, or anybody, more.

        Covers: P10.
        """
        self.pool.view_allowed = "members"
        row = self._seen(self.customer, self.sam)
        told = str(row.action_view_contact("核对"))
        for name in ("phone", "mobile", "email", "contact_phone"):
            self.assertIn(SECRETS[name], told)
        self.assertNotIn(SECRETS["bank"], told)
        self.assertNotIn(SECRETS["message"], told)
        self.assertOnlyInTheAnswer(self.customer, KEPT)


@tagged("post_install", "-at_install")
class TestLookConcurrency(LookRaceTests, ProcessCase):
    """Covers: P10."""
