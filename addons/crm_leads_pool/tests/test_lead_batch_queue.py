from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.crm_customer_pool.models import (
    crm_pool_assign_mixin,
    crm_pool_batch_queue,
    crm_pool_batch_undo_queue,
    crm_pool_move_mixin,
    crm_pool_release_mixin,
    crm_pool_row_mixin_claim,
)

from .batch_common import LeadBatchCase

MODULES = (
    crm_pool_assign_mixin,
    crm_pool_batch_undo_queue,
    crm_pool_move_mixin,
    crm_pool_release_mixin,
    crm_pool_row_mixin_claim,
)


@tagged("post_install", "-at_install")
class TestLeadBatchQueue(LeadBatchCase):
    """Large batches of leads are worked off in jobs of a chunk each."""

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
            self._settle()
            told.append(batch.progress)
        return batch, told

    def _dialog(self, action, user, **values):
        """Fill in a dialog that an action opens; return it."""
        model = self.env[action["res_model"]].with_user(user)
        return model.with_context(**action["context"]).create(values)

    def test_release_and_undo(self):
        """Five leads go in three jobs under one id, and come back in three.

        Covers: P03, P14.
        """
        leads = self._several(5)
        before = self._rows(leads)
        wizard = self._dialog(
            leads.with_user(self.sam).action_open_release(),
            self.sam,
            pool_id=self.lead_pool.id,
            reason_id=self.reason.id,
        )
        batch, told = self._work(wizard.action_release())
        self.assertEqual(told, [0, 40, 80, 100])
        self.assertInLeadPool(leads)
        self.assertRecordValues(
            batch,
            [
                {
                    "kind": "release",
                    "holds": "lead",
                    "state": "done",
                    "total": 5,
                    "done_count": 5,
                    "refused_count": 0,
                }
            ],
        )
        action = batch.with_user(self.sam).action_undo()
        self.assertFalse(batch.with_user(self.sam).can_undo)
        for user in (self.sam, self.boss):
            with self.assertRefused("being undone already"):
                self._undo({"batch_id": batch.batch_id}, user)
        undo, told = self._work(action)
        self.assertEqual(told, [0, 40, 80, 100])
        self.assertRecordValues(
            undo,
            [
                {
                    "kind": "undo",
                    "holds": "lead",
                    "state": "done",
                    "undo_of_id": batch.id,
                    "total": 5,
                    "done_count": 5,
                    "refused_count": 0,
                }
            ],
        )
        self.assertEqual(batch.state, "undone")
        self.assertAsBefore(before, leads)

    def test_claim(self):
        """One that is refused holds up nobody else; the batch tells which and why.

        Covers: P02, P03, P14.
        """
        leads = self._pooled_leads(5)
        self.lead_pool.claim_per_day = 4
        rows = self._row(self.sam, *leads)
        batch, _told = self._work(rows.action_claim_and_show())
        self.assertEqual((batch.done_count, batch.refused_count), (4, 1))
        self.assertIn("limit is 4", batch.row_ids.reason)
        self.assertEqual((batch.holds, batch.state), ("lead", "done"))

    def test_assign_and_undo_beside_a_change(self):
        """What changes while the undo is running stays, and the rest comes back.

        Covers: P03, P14.
        """
        leads = self._pooled_leads(5)
        rows = self._row(self.other_manager, *leads)
        wizard = self._dialog(
            rows.action_open_assign(), self.other_manager, user_id=self.sam.id
        )
        batch, _told = self._work(wizard.action_assign())
        self.assertEqual(leads.user_id, self.sam)
        action = batch.with_user(self.other_manager).action_undo()
        leads[4].with_user(self.sam).write({"description": "重要"})
        self._settle()
        undo, _told = self._work(action)
        self.assertEqual((undo.done_count, undo.refused_count), (4, 1))
        self.assertEqual(undo.row_ids.res_id, leads[4].id)
        self.assertEqual(leads[4].user_id, self.sam)
        self.assertInLeadPool(leads[:4])
        self.assertEqual(batch.state, "done")
        # a job that runs again does nothing twice
        undo.with_user(self.other_manager)._crm_job_work()
        self.assertEqual((undo.done_count, undo.refused_count), (4, 1))

    def test_undo_without_right(self):
        """Rights are those at the time of the job.

        Covers: P03, P14.
        """
        leads = self._pooled_leads(5)
        rows = self._row(self.other_manager, *leads)
        wizard = self._dialog(
            rows.action_open_assign(), self.other_manager, user_id=self.sam.id
        )
        batch, _told = self._work(wizard.action_assign())
        action = batch.with_user(self.other_manager).action_undo()
        batch._crm_workflow().user_id = self.boss
        self.lead_pool.admin_ids = False
        undo, _told = self._work(action)
        self.assertEqual((undo.done_count, undo.refused_count), (0, 5))
        self.assertEqual(leads.user_id, self.sam)

    def test_move(self):
        """Many leads change pools in the background.

        Covers: P12, P14.
        """
        leads = self._pooled_leads(5)
        rows = self._row(self.other_manager, *leads)
        wizard = self._dialog(
            rows.action_open_move(), self.other_manager, pool_id=self.other_lead_pool.id
        )
        batch, told = self._work(wizard.action_move())
        self.assertEqual(told, [0, 40, 80, 100])
        self.assertEqual((batch.kind, batch.done_count), ("move", 5))
        self.assertInLeadPool(leads, self.other_lead_pool)
