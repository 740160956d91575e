from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models import (
    crm_pool_assign_mixin,
    crm_pool_batch_queue,
    crm_pool_batch_undo_queue,
    crm_pool_release_mixin,
    crm_pool_row_mixin_claim,
)
from ..wizard import crm_customer_transfer
from .batch_common import BatchCase

MODULES = (
    crm_pool_batch_undo_queue,
    crm_pool_row_mixin_claim,
    crm_customer_transfer,
    crm_pool_assign_mixin,
    crm_pool_release_mixin,
)


@tagged("post_install", "-at_install")
class TestBatchQueue(BatchCase):
    """Large batches of the screens are worked off in jobs of a chunk each."""

    def setUp(self):
        super().setUp()
        for module in MODULES:
            self.startPatcher(patch.object(module, "QUEUE_FROM", 3))
        self.startPatcher(patch.object(crm_pool_batch_queue, "CHUNK", 2))
        self.queued = []
        self.startPatcher(
            patch.object(
                self.registry["crm.pool.batch"],
                "_crm_queue",
                lambda batch: self.queued.append(batch),
            )
        )

    def _work(self, action):
        """Work the jobs off; return the batch and how far it was after each job."""
        batch = self.env["crm.pool.batch"].browse(action["res_id"])
        told = [batch.progress]
        while self.queued:
            self.queued.pop().with_user(batch.user_id)._crm_job_work()
            self.env.invalidate_all()
            told.append(batch.progress)
        return batch, told

    def _several(self, count, owner=None):
        return self.env["res.partner"].concat(
            *(
                self._customer(owner or self.sam, f"批量公司{index}")
                for index in range(count)
            )
        )

    def _release_in_chunks(self, customers):
        """Release customers in the dialog; return its action."""
        wizard = (
            self.env["crm.pool.release"]
            .with_user(self.sam)
            .create(
                {
                    "partner_ids": [(6, 0, customers.ids)],
                    "pool_id": self.pool.id,
                    "reason_id": self.reason.id,
                }
            )
        )
        return wizard.action_release()

    def test_transfer(self):
        """Five customers go in three jobs under one id, and come back in one undo.

        Covers: P03.
        """
        customers = self._several(5)
        before = self._rows(customers)
        wizard = (
            self.env["crm.customer.transfer"]
            .with_user(self.sam)
            .create(
                {
                    "partner_ids": [(6, 0, customers.ids)],
                    "user_id": self.tom.id,
                    "reason": "换区",
                }
            )
        )
        batch, told = self._work(wizard.action_transfer())
        self.assertEqual(told, [0, 40, 80, 100])
        self.assertRecordValues(
            batch,
            [
                {
                    "kind": "transfer",
                    "state": "done",
                    "user_id": self.sam.id,
                    "total": 5,
                    "done_count": 5,
                    "refused_count": 0,
                }
            ],
        )
        self.assertEqual(customers.user_id, self.tom)
        self.assertEqual(
            set(customers.owner_move_ids.filtered("batch_id").mapped("batch_id")),
            {batch.batch_id},
        )
        undo, _told = self._work(batch.with_user(self.boss).action_undo())
        self.assertFalse(undo.refused_count)
        self.assertAsBefore(before, customers)

    def test_refused_one_by_one(self):
        """One that is refused holds up nobody else; the batch tells which and why.

        Covers: P02, P03.
        """
        customers = self._several(5, self.manager)
        pooled = customers.with_user(self.boss)
        pooled.action_release_to_pool(self.pool.id, self.reason.id)
        self.pool.claim_per_day = 4
        batch, _told = self._work(
            self._seen(customers, self.sam).action_claim_and_show()
        )
        self.assertEqual((batch.done_count, batch.refused_count), (4, 1))
        self.assertIn("limit is 4", batch.row_ids.reason)
        self.assertEqual(batch.state, "done")

    def test_release_with_an_archived_right(self):
        """Rights are those of the person at the time of the job.

        Covers: P03.
        """
        customers = self._several(4)
        action = self._release_in_chunks(customers)
        customers[:1].with_user(self.boss).action_transfer(self.xia.id)
        batch, _told = self._work(action)
        self.assertEqual((batch.done_count, batch.refused_count), (3, 1))
        self.assertEqual(batch.row_ids.res_id, customers[0].id)
        self.assertEqual(customers[0].user_id, self.xia)
        for customer in customers[1:]:
            self.assertInPool(customer)

    def test_twice(self):
        """A job that runs twice does its chunk once; nobody forges one.

        Covers: P03.
        """
        customers = self._several(4, self.manager)
        customers.with_user(self.boss).action_release_to_pool(
            self.pool.id, self.reason.id
        )
        wizard = (
            self.env["crm.pool.assign"]
            .with_user(self.other_manager)
            .create({"customer_ids": [(6, 0, customers.ids)], "user_id": self.sam.id})
        )
        batch, _told = self._work(wizard.action_assign())
        batch.with_user(self.other_manager)._crm_job_work()
        self.assertEqual((batch.done_count, batch.refused_count), (4, 0))
        self.assertEqual(customers.user_id, self.sam)
        with self.assertRaises(AccessError):
            batch.with_user(self.other_manager).write({"todo": {"ids": customers.ids}})

    def _released(self, count):
        """Return a batch by which sam has released so many customers, and these."""
        customers = self._several(count)
        result = customers.with_user(self.sam).action_release_to_pool(
            self.pool.id, self.reason.id
        )
        return self._batch(result), customers

    def test_undo(self):
        """Five releases come back in three jobs, and the undo shows how far it is.

        Covers: P03.
        """
        customers = self._several(5)
        before = self._rows(customers)
        result = customers.with_user(self.sam).action_release_to_pool(
            self.pool.id, self.reason.id
        )
        batch = self._batch(result).with_user(self.sam)
        action = batch.action_undo()
        self.assertFalse(batch.can_undo)
        for user in (self.sam, self.boss):
            with self.assertRefused("being undone already"):
                self._undo(result, user)
        undo, told = self._work(action)
        self.assertEqual(told, [0, 40, 80, 100])
        self.assertRecordValues(
            undo,
            [
                {
                    "kind": "undo",
                    "state": "done",
                    "user_id": self.sam.id,
                    "undo_of_id": batch.id,
                    "total": 5,
                    "done_count": 5,
                    "refused_count": 0,
                }
            ],
        )
        self.assertEqual(batch.state, "undone")
        self.assertAsBefore(before, customers)
        self.assertEqual(
            set(self._moves(customers[0])[0].mapped("batch_id")), {undo.batch_id}
        )

    def test_undo_by_program(self):
        """A large batch is taken back in the background whoever asks. Covers: P03."""
        batch, customers = self._released(5)
        told = self._undo({"batch_id": batch.batch_id}, self.sam)
        self.assertEqual(
            (told["running"], told["undone"], told["refused"]), (True, [], [])
        )
        self.assertFalse(customers.user_id)
        undo = self._batch(told)
        self._work({"res_id": undo.id})
        self.assertEqual((undo.state, undo.done_count), ("done", 5))
        self.assertEqual(customers.user_id, self.sam)

    def test_changed_while_it_ran(self):
        """What was changed after its own part of a batch, and before the last, stays.

        Covers: P03.
        """
        customers = self._several(5)
        action = self._release_in_chunks(customers)
        self.queued.pop().with_user(self.sam)._crm_job_work()
        customers[0].with_user(self.boss).comment = "老板的备注"
        self.env["crm.change.log"].flush_model()
        batch, _told = self._work(action)
        self.assertEqual(batch.done_count, 5)
        undo, _told = self._work(batch.with_user(self.boss).action_undo())
        self.assertEqual((undo.done_count, undo.refused_count), (4, 1))
        self.assertEqual(undo.row_ids.res_id, customers[0].id)

    def test_undo_changed_meanwhile(self):
        """What changes while the undo is running stays, and the rest comes back.

        Covers: P03.
        """
        batch, customers = self._released(5)
        action = batch.with_user(self.sam).action_undo()
        self._claim(self.sue, customers[4])
        undo, _told = self._work(action)
        self.assertEqual((undo.done_count, undo.refused_count), (4, 1))
        self.assertEqual(undo.row_ids.res_id, customers[4].id)
        self.assertEqual(customers[4].user_id, self.sue)
        self.assertEqual(batch.state, "done")
        # a job that runs again does nothing twice
        undo.with_user(self.sam)._crm_job_work()
        self.assertEqual((undo.done_count, undo.refused_count), (4, 1))

    def test_undo_without_right(self):
        """Rights are those at the time of the job, hours those of the click.

        Covers: P03.
        """
        batch, customers = self._released(5)
        self.patch(
            self.env.registry["crm.pool.batch"],
            "_crm_why_no_undo",
            lambda batch, now=None: "No longer" if now else "",
        )
        undo, _told = self._work(batch.with_user(self.sam).action_undo())
        self.assertEqual((undo.done_count, undo.refused_count), (0, 5))
        self.assertEqual(set(undo.row_ids.mapped("reason")), {"No longer"})
        for customer in customers:
            self.assertInPool(customer)

    def test_undo_of_few(self):
        """A small batch is taken back while the person waits.

        Covers: P03.
        """
        batch, customers = self._released(3)
        batch.with_user(self.sam).action_undo()
        self.assertFalse(self.queued)
        self.assertEqual(customers.user_id, self.sam)
