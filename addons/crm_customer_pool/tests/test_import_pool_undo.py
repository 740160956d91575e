"""Imports that put customers straight into a pool, taken back."""

import base64

from odoo.tests import tagged

from .common import PoolCase

ROWS = (
    "客户名称,联系人,手机",
    "导入甲公司,李四,13800138001",
    "导入乙公司,张三,13800138002",
    "导入丙公司,王五,13800138003",
)


@tagged("post_install", "-at_install")
class TestImportPoolUndo(PoolCase):
    def setUp(self):
        super().setUp()
        self.patch(
            self.env.registry["crm.import.batch"],
            "_crm_queue",
            lambda batch, method: getattr(batch, method)(),
        )
        self.batch = (
            self.env["crm.import.batch"]
            .with_user(self.other_manager)
            .create(
                {
                    "profile_id": self.env.ref(
                        "crm_base.crm_import_profile_customer"
                    ).id,
                    "filename": "a.csv",
                    "file": base64.b64encode("\n".join(ROWS).encode()),
                }
            )
        )
        self.batch.action_preview()
        self.batch.pool_id = self.pool
        self.batch.action_run()
        self.customers = self.env["res.partner"].search(
            [("pool_id", "=", self.pool.id)], order="id"
        )
        self.assertEqual(len(self.customers), 3, self.batch.message)

    def test_all(self):
        """Customers and contacts are gone, and the ledger says why.

        Covers: P12, B18.
        """
        family = self.customers | self.customers.child_ids
        told = self.batch.action_undo()
        self.env.invalidate_all()
        self.assertFalse(family.exists())
        self.assertEqual((told["undone"], told["kept"]), (3, 0))
        moves = self.env["crm.owner.move"].search(
            [("batch_id", "=", f"import-{self.batch.id}")]
        )
        self.assertEqual(sorted(moves.mapped("kind")), ["enter"] * 3 + ["undo"] * 3)

    def test_claimed_or_moved_since(self):
        """What somebody claimed, changed or moved since stays, with the reason.

        Covers: P12, B18.
        """
        claimed, moved, waiting = self.customers
        self._claim(self.sam, claimed)
        self._seen(moved, self.other_manager).action_move(self.other_pool.id)
        told = self.batch.action_undo()
        self.env.invalidate_all()
        self.assertEqual((told["undone"], told["kept"]), (1, 2))
        self.assertFalse(waiting.exists())
        self.assertEqual(claimed.user_id, self.sam)
        self.assertInPool(moved, self.other_pool)

    def test_no_longer_administrator(self):
        """Whoever lost the pool takes nothing out of it.

        Covers: P12, B18.
        """
        self.pool.admin_ids = self.boss
        told = self.batch.action_undo()
        self.env.invalidate_all()
        self.assertEqual((told["undone"], told["kept"]), (0, 3))
        for customer in self.customers:
            self.assertInPool(customer)
