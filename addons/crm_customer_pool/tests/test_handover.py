from odoo.tests import tagged

from .common import PoolCase


@tagged("post_install", "-at_install")
class TestPoolHandover(PoolCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customers = cls.env["res.partner"].union(
            *(cls._customer(cls.sam, f"客户{number}") for number in range(3))
        )
        cls.first = cls.customers[0]
        cls.contact = cls._contact(cls.first)
        cls.plan = cls._followup(cls.sam, cls.first)
        cls.activity = cls.first.activity_schedule(
            "mail.mail_activity_data_call", user_id=cls.sam.id
        )

    def _handover(self, actor, **values):
        return (
            self.env["crm.handover"]
            .with_user(actor)
            .create(
                {
                    "user_id": self.sam.id,
                    "successor_id": self.sue.id,
                    "reason": "离职",
                    "mode": "pool",
                    "pool_id": self.pool.id,
                    "pool_reason_id": self.reason.id,
                    **values,
                }
            )
        )

    def test_leaver_into_the_pool(self):
        """A leaver's customers go to the pool in one go. Covers: B04, P11."""
        handover = self._handover(self.boss)
        result = handover.action_start()
        self.assertEqual((result["state"], result["failed"]), ("done", 0))
        self.assertEqual(self.sam._crm_desk_findings(), [])
        for customer in self.customers:
            self.assertInPool(customer)
        self.assertEqual(self.plan.state, "cancelled")
        self.assertFalse(self.activity.active)
        self.assertLedger(
            self.first,
            [("create", None, self.sam), ("release", self.sam, None)],
        )
        self.assertEqual(self._moves(self.first)[0].batch_id, result["batch_id"])
        self.assertFalse(self.sam.active)

    def test_done_activities_stay(self):
        """What was done on a customer stays when it goes into a pool. Covers: P01."""
        done = self.first.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.sam.id
        )
        done.action_feedback("已回电")
        self.first.with_user(self.boss).action_release_to_pool(
            self.pool.id, self.reason.id
        )
        self.assertTrue(done.exists())
        # put aside: the release may be taken back
        self.assertFalse(self.activity.active)

    def test_undo(self):
        """What nobody has claimed comes back, with its plans. Covers: B04, P11."""
        handover = self._handover(self.boss)
        handover.action_start()
        self._claim(self.sue, self.customers[1])
        result = handover.action_undo()
        self.assertEqual((result["state"], result["changed"]), ("undone", 1))
        self.assertOutOfPool(self.first, self.sam)
        self.assertOutOfPool(self.customers[2], self.sam)
        self.assertEqual(self.customers[1].user_id, self.sue)
        self.assertEqual(self.plan.state, "planned")
        self.assertFalse(self.plan.cancel_reason)
        self.assertTrue(self.activity.active)
        self.assertEqual(self.first.next_followup_at, self.plan.planned_at)

    def test_pools_out_of_reach(self):
        """Managers use pools that they may release to. Covers: P11."""
        with self.assertRefused("member"):
            self._handover(self.manager).action_start()
        self.pool.member_user_ids += self.manager
        self.assertEqual(self._handover(self.manager).action_start()["failed"], 0)
        with self.assertRefused("pool"):
            self._handover(self.boss, user_id=self.tom.id, pool_id=False).action_start()

    def test_administration(self):
        """Pools get another administrator, by who may name one. Covers: B04."""
        self.pool.admin_ids = self.sam
        self.other_pool.member_user_ids += self.sam
        handover = self._handover(self.manager, mode="one")
        result = handover.action_start()
        self.assertEqual((result["failed"], result["open"]), (1, 1))
        pool = self.pool.with_context(active_test=False)
        self.assertEqual(pool.admin_ids, self.sam)
        handover = handover.with_user(self.boss)
        self.assertEqual(handover.action_continue()["failed"], 0)
        self.assertEqual(self.pool.admin_ids, self.sue)
        self.assertNotIn(self.sam, self.other_pool.member_user_ids)
        handover.action_undo()
        self.assertEqual(self.pool.admin_ids, self.sam)
        self.assertIn(self.sam, self.other_pool.member_user_ids)

    def test_holding_limit(self):
        """A successor who is full gets no more; the rest is told. Covers: B04, P03."""
        self.pool.holding_limit = 2
        handover = self._handover(self.manager, mode="one")
        result = handover.action_start()
        self.assertEqual(result["failed"], 1, handover.row_ids.mapped("message"))
        self.assertEqual(
            len(self.customers.filtered(lambda c: c.user_id == self.sue)), 2
        )
        failed = handover.row_ids.filtered(lambda row: row.state == "failed")
        self.assertIn("no room", failed.message)

    def test_inspector_knows_the_pool(self):
        """A pooled customer is out of sight because of its pool. Covers: B02, P10."""
        customer = self._pooled()
        inspector = self.env["crm.permission.inspector"].with_user(self.boss)
        for user, word in ((self.sue, "masked"), (self.xia, "no member")):
            found = inspector.explain_access(user.id, "res.partner", customer.id)
            self.assertFalse(found["allowed"])
            reasons = {reason["code"]: reason["text"] for reason in found["reasons"]}
            self.assertIn(word, reasons["pool"])
