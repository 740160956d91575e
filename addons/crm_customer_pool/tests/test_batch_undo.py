"""Taken back, everything is as it was before the batch."""

from odoo import fields
from odoo.tests import tagged

from .batch_common import BatchCase


@tagged("post_install", "-at_install")
class TestBatchUndo(BatchCase):
    def test_release(self):
        """A release taken back restores owner, shares, plans, activities, followers.

        Covers: P03.
        """
        customers = self._rich("甲") | self._rich("乙")
        before = self._rows(customers)
        result = customers.with_user(self.sam).action_release_to_pool(
            self.pool.id, self.reason.id
        )
        self.assertInPool(customers[0])
        batch = self._batch(result)
        self.assertRecordValues(
            batch,
            [
                {
                    "kind": "release",
                    "user_id": self.sam.id,
                    "pool_id": self.pool.id,
                    "total": 2,
                    "done_count": 2,
                    "refused_count": 0,
                    "state": "done",
                }
            ],
        )
        undone = self._undo(result, self.sam)
        self.assertEqual(sorted(undone["undone"]), sorted(customers.ids))
        self.assertFalse(undone["refused"])
        self.assertAsBefore(before, customers)
        self.assertEqual(batch.state, "undone")
        self.assertRecordValues(
            self._batch(undone),
            [{"kind": "undo", "undo_of_id": batch.id, "done_count": 2}],
        )
        self.assertEqual(
            customers[0].owner_move_ids.sorted("id").mapped("kind"),
            ["create", "release", "undo"],
        )

    def test_claim_and_assign(self):
        """Claims and assignments taken back leave customers waiting as before.

        Covers: P02, P03.
        """
        customers = self._pooled("甲") | self._pooled("乙")
        before = self._rows(customers)
        result = self._claim(self.sam, *customers)
        self.assertFalse(self._undo(result)["refused"])
        self.assertAsBefore(before, customers)
        self.assertInPool(customers[0])
        self.assertEqual(self._seen(customers[0], self.sue).claim_count, 0)
        result = self._seen(customers, self.other_manager).action_assign(self.sam.id)
        self.assertFalse(self._undo(result, self.other_manager)["refused"])
        self.assertAsBefore(before, customers)

    def test_transfer(self):
        """A transfer taken back returns the open work with the customers.

        Covers: P03.
        """
        customers = self._rich("甲") | self._rich("乙")
        for with_open in (True, False):
            before = self._rows(customers)
            result = customers.with_user(self.sam).action_transfer(
                self.tom.id, "休假", with_open
            )
            self.assertFalse(self._undo(result, self.sam)["refused"])
            self.assertAsBefore(before, customers)

    def test_night_under_way(self):
        """What is being taken back tonight is undone when the night is over.

        Covers: P03, P04.
        """
        customer = self._customer(self.sam)
        result = customer.with_user(self.boss).action_release_to_pool(
            self.pool.id, self.reason.id
        )
        # what a step leaves of a night that goes on
        self._batch(result)._crm_workflow().kind = "recycle"
        run = self.env["crm.pool.run"]._crm_start(
            "recycle", fields.Date.today(), self.pool
        )
        run.batch_id = result["batch_id"]
        with self.assertRefused("still running"):
            self._undo(result)
        run.state = "done"
        self.assertEqual(self._undo(result)["undone"], customer.ids)
        self.assertOutOfPool(customer, self.sam)

    def test_lock_comes_back(self):
        """What a release ended of a lock holds again.

        Covers: P03, P07.
        """
        customer = self._customer(self.sam)
        request = customer.with_user(self.sam).action_lock(9, "投标")["request_ids"]
        lock = self.env["crm.pool.lock"].browse(request)
        lock.with_user(self.other_manager).action_approve()
        before = self._rows(customer)
        result = customer.with_user(self.sam).action_release_to_pool(
            self.pool.id, self.reason.id
        )
        self.assertFalse(customer.pool_locked_until)
        self._undo(result)
        self.assertAsBefore(before, customer)

    def test_undone_claim_is_no_claim(self):
        """An undone claim does not count against the day; giving back still does.

        Covers: P06.
        """
        self.pool.claim_per_day = 2
        customers = [self._pooled(f"公司{index}") for index in range(4)]
        result = self._claim(self.sam, *customers[:2])
        with self.assertRefused("limit is 2"):
            self._claim(self.sam, customers[2])
        self._undo(result, self.manager)
        self._claim(self.sam, customers[2])
        self._claim(self.sam, customers[3])
        with self.assertRefused("limit is 2"):
            self._claim(self.sam, customers[0])

    def test_no_room(self):
        """An undo is a door like any other: nobody gets more than the limit.

        Covers: P03, P06.
        """
        customers = self._customer(self.sam, "甲") | self._customer(self.sam, "乙")
        result = customers.with_user(self.sam).action_release_to_pool(
            self.pool.id, self.reason.id
        )
        self.pool.holding_limit = 2
        self._customer(self.sam, "丙")
        told = self._undo(result)
        self.assertEqual(len(told["undone"]), 1)
        self.assertIn("may own 2", told["refused"][0]["reason"])

    def test_no_trace_for_exclusion(self):
        """Whoever released by mistake and took it back is no former owner.

        Covers: P06.
        """
        self.pool.exclude_previous_owner_days = 30
        customer = self._customer(self.sam)
        result = customer.with_user(self.sam).action_release_to_pool(
            self.pool.id, self.reason.id
        )
        self._undo(result)
        customer.with_user(self.sam).action_transfer(self.sue.id)
        customer.with_user(self.sue).action_transfer(self.sam.id)
        self.assertEqual(customer.user_id, self.sam)
