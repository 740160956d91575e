"""What a batch keeps, and who may do what with it."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .batch_common import BatchCase


@tagged("post_install", "-at_install")
class TestBatch(BatchCase):
    def test_who_undoes(self):
        """Claims are not undone by the claimant, batches of others by superiors.

        Covers: P03.
        """
        result = self._claim(self.sam, self._pooled())
        with self.assertRaises(AccessError):
            self._undo(result, self.sam)
        # a batch out of sight does not exist
        for user in (self.sue, self.xia):
            with self.assertRaises(UserError):
                self._undo(result, user)
        self._undo(result, self.manager)
        with self.assertRefused("undone already"):
            self._undo(result, self.manager)
        customer = self._customer(self.sam, "丙")
        result = customer.with_user(self.sam).action_transfer(self.tom.id)
        batch = self._batch(result)
        batch._crm_workflow().done_at = fields.Datetime.now() - timedelta(hours=25)
        with self.assertRaises(AccessError):
            self._undo(result, self.sam)
        undo = self._undo(result, self.manager)
        with self.assertRaises(AccessError):
            self._undo(undo, self.boss)

    def test_hostile(self):
        """No argument gets further than a refusal, and nobody writes a batch.

        Covers: P03.
        """
        result = (
            self._customer(self.sam).with_user(self.sam).action_transfer(self.tom.id)
        )
        for batch_id in ("", "nope", None, False, 7, [1], {"a": 1}, "%"):
            with self.assertRaises(UserError):
                self._undo({"batch_id": batch_id})
        batch = self._batch(result)
        for user in (self.sam, self.boss):
            with self.assertRaises(AccessError):
                batch.with_user(user).write({"state": "undone"})
            with self.assertRaises(AccessError):
                batch.with_user(user).unlink()
            with self.assertRaises(AccessError):
                batch.create({"batch_id": "x", "kind": "claim"})
            with self.assertRaises(AccessError):
                self.env["crm.owner.move"].with_user(user).create({"before": {}})

    def test_smuggled_past(self):
        """What a customer was like is remembered by the system, not by the caller.

        Covers: P03.
        """
        customer = self._customer(self.sam)
        forged = {str(customer.id): {"values": {"pool_id": self.other_pool.id}}}
        result = (
            customer.with_user(self.sam)
            .with_context(crm_pool_before=forged, by_partner=forged)
            .action_release_to_pool(self.pool.id, self.reason.id)
        )
        move = customer.owner_move_ids.sorted("id")[-1]
        self.assertFalse(move.before["values"]["pool_id"])
        self._undo(result)
        self.assertOutOfPool(customer, self.sam)

    def test_refusals_are_kept(self):
        """A batch tells what became of each customer.

        Covers: P02, P03.
        """
        self.pool.claim_per_day = 1
        customers = self._pooled("甲") | self._pooled("乙")
        result = self._claim(self.sam, *customers)
        batch = self._batch(result).with_user(self.sam)
        self.assertRecordValues(
            batch, [{"total": 2, "done_count": 1, "refused_count": 1, "kind": "claim"}]
        )
        self.assertEqual(batch.row_ids.res_id, customers[1].id)
        self.assertIn("limit is 1", batch.row_ids.reason)
