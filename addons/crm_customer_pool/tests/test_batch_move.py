"""Moves from pool to pool, taken back."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .batch_common import BatchCase


@tagged("post_install", "-at_install")
class TestBatchMove(BatchCase):
    def _move(self, customers, user=None):
        rows = self._seen(customers, user or self.other_manager)
        return rows.action_move(self.other_pool.id, "换区域")

    def test_undo(self):
        """Customers are where they came from, as they were, and wait there.

        Covers: P03, P12.
        """
        customers = self._pooled("甲公司") | self._pooled("乙公司")
        before = self._rows(customers)
        result = self._move(customers)
        batch = self._batch(result)
        self.assertTrue(batch.with_user(self.other_manager).can_undo)
        undone = self._undo(result, self.other_manager)
        self.assertFalse(undone["refused"])
        self.assertAsBefore(before, customers)
        self.assertEqual(batch.state, "undone")
        move = self._moves(customers[0])[0]
        self.assertEqual(
            (move.kind, move.pool_id, move.from_pool_id, move.undo_of_id.kind),
            ("undo", self.pool, self.other_pool, "repool"),
        )
        self._claim(self.sam, customers[0])
        self.assertOutOfPool(customers[0], self.sam)
        codes = {
            found["code"]
            for found in self.env["crm.consistency"]._crm_run_checks(self.env.cr)
            if found["count"]
        }
        self.assertNotIn("pool_ledger", codes)

    def test_changed_since(self):
        """Claimed or moved on since: stays where it is, and is listed.

        Covers: P03, P12.
        """
        claimed, moved, waiting = (self._pooled(name) for name in "甲乙丙")
        result = self._move(claimed | moved | waiting)
        self._claim(self.xia, claimed)
        self._seen(moved, self.other_manager).action_move(self.pool.id, "又换")
        told = self._undo(result, self.other_manager)
        self.assertEqual(told["undone"], waiting.ids)
        self.assertEqual(
            {row["id"] for row in told["refused"]}, set((claimed | moved).ids)
        )
        self.assertOutOfPool(claimed, self.xia)
        self.assertInPool(moved)
        self.assertInPool(waiting)

    def test_who(self):
        """Only who administrates both pools; the boss in any case.

        Covers: P03, P12.
        """
        customer = self._pooled()
        result = self._move(customer)
        batch = self._batch(result)
        self.pool.admin_ids = [(3, self.other_manager.id)]
        told = self._undo(result, self.other_manager)
        self.assertIn("do not administrate", told["refused"][0]["reason"])
        self.assertInPool(customer, self.other_pool)
        self.other_pool.admin_ids = [(3, self.other_manager.id)]
        self.assertFalse(batch.with_user(self.other_manager).can_undo)
        with self.assertRaises(AccessError):
            self._undo(result, self.other_manager)
        self.assertFalse(self._undo(result, self.boss)["refused"])
        self.assertInPool(customer)

    def test_archived_pool(self):
        """Nothing returns to a pool that is no longer in use.

        Covers: P12.
        """
        customer = self._pooled()
        result = self._move(customer)
        self.pool.active = False
        told = self._undo(result, self.boss)
        self.assertIn("archived", told["refused"][0]["reason"])
        self.assertInPool(customer, self.other_pool)
