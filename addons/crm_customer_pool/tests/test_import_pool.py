from odoo.tests import tagged

from odoo.addons.crm_base.models import crm_import_batch_work
from odoo.addons.crm_base.tests.import_files import ImportCase

from .common import PoolCase

HEAD = ["客户名称", "联系人", "手机", "公海"]


@tagged("post_install", "-at_install")
class TestImportPool(ImportCase, PoolCase):
    """Lists of customers whose rows name their pools."""

    def _made(self, batch):
        rows = batch.sudo().row_ids.sorted("number").filtered("res_id")
        return self.env["res.partner"].browse(rows.mapped("res_id"))

    def test_rows_name_their_pools(self):
        """Each row goes into the pool that it names, with its contact.

        Covers: P12, B18.
        """
        rows = [
            ["北京甲一科技有限公司", "赵一", "13800138001", "华北公海"],
            ["上海乙二贸易有限公司", "钱二", "13800138002", "华南公海"],
            ["广州丙三食品有限公司", "孙三", "13800138003", ""],
        ]
        batch = self._import(self.other_manager, [HEAD, *rows])
        first, second, third = self._made(batch)
        self.assertInPool(first, self.pool)
        self.assertInPool(second, self.other_pool)
        self.assertOutOfPool(third, self.other_manager)
        for customer in (first, second, third):
            self.assertEqual(len(customer.child_ids), 1)

    def test_somebody_elses_pool(self):
        """A member may not fill the pool; the other rows are stored.

        Covers: P12, P06.
        """
        rows = [
            ["北京甲一科技有限公司", "", "", "华北公海"],
            ["上海乙二贸易有限公司", "", "", ""],
        ]
        batch = self._import(self.sam, [HEAD, *rows])
        self.assertEqual(self._states(batch), {2: "error", 3: "created"})
        row = batch.row_ids.filtered(lambda row: row.state == "error")
        self.assertEqual(row.issues[0]["column"], 3)
        self.assertIn("no administrator", row.note)
        self.assertEqual(self._made(batch).user_id, self.sam)

    def test_contacts_of_one_customer(self):
        """Rows that repeat a pooled customer bring it their contacts, in any chunk.

        Covers: P12, B18.
        """
        rows = [
            ["北京甲一科技有限公司", f"联系人{i}", f"1380013800{i}"] for i in range(5)
        ]
        for size in (400, 2):
            self.patch(crm_import_batch_work, "RUN_ROWS", size)
            batch = self._batch(
                self.other_manager, [HEAD[:3], *rows], pool_id=self.pool.id
            )
            batch.action_preview()
            self._run(batch)
            self.assertEqual((batch.created_count, batch.linked_count), (1, 4))
            customer = self._made(batch)[0]
            self.assertInPool(customer)
            self.assertEqual(len(customer.child_ids), 5)
            self._undo(batch)
            self.assertFalse(customer.exists())

    def test_no_limit_is_foreseen(self):
        """What goes into a pool is not foreseen to meet its importer's limit.

        Covers: P12, P06.
        """
        self.other_pool.member_user_ids += self.other_manager
        self.other_pool.holding_limit = 1
        rows = [[f"北京{i}号科技有限公司", "", ""] for i in range(3)]
        batch = self._batch(self.other_manager, [HEAD[:3], *rows])
        self.assertIn("Only 1 of the 3", batch.action_preview()["message"])
        batch.pool_id = self.pool
        self.assertNotIn("Only", batch.message)
        self.assertIn("华北公海", batch.message)
        self._run(batch)
        self.assertEqual(batch.created_count, 3)
