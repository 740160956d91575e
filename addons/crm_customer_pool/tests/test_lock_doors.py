"""Locks by the doors that do not ask for one."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .test_lock import LockCase


@tagged("post_install", "-at_install")
class TestLockDoors(LockCase):
    def _release(self, customer):
        # as at the end of a request: the log of changes waits for it
        self.env["crm.change.log"].flush_model()
        return customer.with_user(self.sam).action_release_to_pool(
            self.pool.id, self.reason.id
        )

    def _undo(self, result):
        return self.env["crm.pool"].with_user(self.boss).action_undo(result["batch_id"])

    def test_undo_brings_the_lock_back(self):
        """The lock stands in the list again, and ends as it would have.

        Covers: P03, P07.
        """
        customer = self._locked()
        lock = customer.pool_lock_ids
        result = self._release(customer)
        self.assertEqual(lock.state, "ended")
        self._undo(result)
        self.assertEqual((lock.state, lock.ended_at), ("approved", False))
        self.assertEqual(customer.pool_locked_until, lock.until)

    def test_undo_keeps_the_limit(self):
        """A lock that comes back takes room like one that is granted.

        Covers: P03, P07.
        """
        self.pool.lock_limit = 1
        first = self._locked("甲")
        result = self._release(first)
        second = self._locked("乙")
        told = self._undo(result)
        self.assertIn("may lock 1", told["refused"][0]["reason"])
        self.assertInPool(first)
        self.assertTrue(second.pool_locked_until)

    def test_expiry_into_a_pool_that_does_not_take_it(self):
        """A customer of another company than the pool's stays with its owner.

        Covers: P07.
        """
        self.pool.lock_expiry = "release"
        customer = self._locked()
        company = self.env["res.company"].create({"name": "另一家"})
        customer.company_id = company
        customer.pool_lock_ids._crm_workflow().until = fields.Datetime.now()
        self._run_cron("crm_customer_pool.ir_cron_expire_locks")
        self.assertEqual(customer.pool_lock_ids.state, "ended")
        self.assertOutOfPool(customer, self.sam)

    def test_days(self):
        """A lock has an end that can be written down.

        Covers: P07.
        """
        customer = self._customer(self.sam)
        for days in (0, -1, True, "9", None, 10**6, 2**40):
            with self.assertRefused("days|day"):
                customer.with_user(self.sam).action_lock(days, "投标")

    def _merge(self, kept, gone):
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .with_user(self.boss)
            .create(
                {
                    "partner_ids": [Command.set((kept | gone).ids)],
                    "dst_partner_id": kept.id,
                }
            )
        )
        with self.acting(self.boss):
            wizard.action_merge()

    def test_merged_locks_are_one(self):
        """Of two locks of one owner the longer one counts, until its end.

        Covers: P07.
        """
        kept, gone = self._locked("甲", days=10), self._locked("乙", days=30)
        until = gone.pool_locked_until
        self._merge(kept, gone)
        self.assertEqual(kept.pool_locked_until, until)
        standing = kept.pool_lock_ids.filtered(lambda lock: lock.state == "approved")
        self.assertEqual(standing.mapped("until"), [until])
        self.assertEqual(len(kept.pool_lock_ids), 2)

    def test_merged_requests(self):
        """Two requests become one, and none is lost.

        Covers: P07.
        """
        kept, gone = self._customer(self.sam, "甲"), self._customer(self.sam, "乙")
        requests = self._ask(kept) | self._ask(gone)
        self._merge(kept, gone)
        self.assertEqual(sorted(requests.mapped("state")), ["cancelled", "requested"])
        self.assertEqual(requests.partner_id, kept)

    def test_merged_with_another_owner(self):
        """What was granted to one owner does not protect another's customer.

        Covers: P07.
        """
        kept, gone = self._customer(self.tom, "甲"), self._locked("乙")
        lock = gone.pool_lock_ids
        self._merge(kept, gone)
        self.assertEqual(kept.user_id, self.tom)
        self.assertFalse(kept.pool_locked_until)
        self.assertEqual(lock.state, "ended")
        self.assertGreater(lock.until, fields.Datetime.now() + timedelta(days=1))
