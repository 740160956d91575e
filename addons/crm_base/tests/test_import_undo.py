from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .import_files import ImportCase

HEAD = ["客户名称", "联系人", "手机", "城市"]


@tagged("post_install", "-at_install")
class TestImportUndo(ImportCase):
    """A whole import is taken back, but not the work of people since."""

    def setUp(self):
        super().setUp()
        rows = [HEAD]
        rows += [
            [f"北京撤销{i}号科技有限公司", f"人{i}", f"1380013800{i}", "北京"]
            for i in range(6)
        ]
        self.rows = rows
        self.before = self.env["res.partner"].search_count([])

    def _later(self, batch):
        """Time goes on: records stamped from now on were changed after the import."""
        batch._crm_workflow().write({"finished_at": fields.Datetime.now()})

    def test_undo(self):
        """Undone, everything is as before, and the file can be imported again.

        Covers: B18.
        """
        batch = self._import(self.sam, self.rows)
        self.assertEqual(self.env["res.partner"].search_count([]), self.before + 12)
        self._undo(batch)
        self.assertEqual((batch.state, batch.undone_count), ("undone", 6))
        self.assertEqual(self.env["res.partner"].search_count([]), self.before)
        again = self._import(self.sam, self.rows)
        self.assertEqual(again.created_count, 6)

    def test_ledger_of_an_undone_import(self):
        """The ledger keeps that they were there, and who took them back."""
        batch = self._import(self.sam, self.rows)
        self._undo(batch)
        moves = self.env["crm.owner.move"].search(
            [("partner_name", "like", "北京撤销")]
        )
        self.assertEqual(set(moves.mapped("kind")), {"create", "undo"})
        self.assertEqual(len(moves), 12)
        self.assertEqual(moves.actor_id, self.sam)

    def test_worked_on_since(self):
        """What somebody has changed, followed up or passed on stays and is listed."""
        batch = self._import(self.sam, self.rows)
        customers = [self._partner(row[0]) for row in self.rows[1:]]
        self.env.cr.execute(
            "UPDATE crm_import_batch SET finished_at = finished_at - interval '1 hour'"
        )
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = write_date - interval '2 hours'"
            " WHERE name LIKE '北京撤销%%' OR name LIKE '人_'"
        )
        self.env.invalidate_all()
        customers[0].with_user(self.sam).city = "天津"
        self._followup(self.sam, customers[1])
        customers[2].with_user(self.manager).action_transfer(self.sue.id, "x")
        customers[2].invalidate_recordset()
        self._contact(customers[3], "后来人")
        self._undo(batch)
        self.assertEqual((batch.undone_count, batch.kept_count), (2, 4))
        kept = batch.row_ids.filtered(lambda row: row.state == "kept").sorted("number")
        self.assertEqual(kept.mapped("number"), [2, 3, 4, 5])
        self.assertTrue(all(kept.mapped("note")))
        for customer in customers[:4]:
            self.assertTrue(customer.exists())
            self.assertTrue(customer.child_ids, "with its contact")

    def test_updates_return(self):
        """Updated records get their values back, unless they were changed since."""
        self.sam.lang = "en_US"
        first = self._customer(self.sam, "北京更新甲科技有限公司", city="旧甲")
        second = self._customer(self.sam, "北京更新乙科技有限公司", city="旧乙")
        batch = self._batch(
            self.sam,
            [
                ["客户名称", "城市", "区"],
                [first.name, "新甲", "东区"],
                [second.name, "新乙", "西区"],
            ],
            duplicate_policy="update",
        )
        batch.action_preview()
        self._run(batch)
        self.assertEqual(batch.updated_count, 2)
        second.with_user(self.sam).city = "更新乙"
        self._undo(batch)
        self.assertEqual((first.city, first.district), ("旧甲", False))
        self.assertEqual((second.city, second.district), ("更新乙", False))
        kept = batch.row_ids.filtered(lambda row: row.state == "kept")
        self.assertEqual(kept.number, 3)
        self.assertIn("Changed since", kept.note)

    def test_owners_return_through_the_ledger(self):
        """An owner whom the import changed comes back, with a row of its own."""
        customer = self._customer(self.sam, "北京换主科技有限公司")
        batch = self._batch(
            self.manager,
            [["客户名称", "负责人"], [customer.name, "sue"]],
            duplicate_policy="update",
        )
        batch.action_preview()
        self._run(batch)
        self.assertEqual(customer.user_id, self.sue)
        self._undo(batch)
        self.assertEqual(customer.user_id, self.sam)
        self.assertLedger(
            customer,
            [
                ("create", None, self.sam),
                ("transfer", self.sam, self.sue),
                ("undo", self.sue, self.sam),
            ],
        )

    def test_contacts_added_by_other_rows(self):
        """A customer goes with the contacts that later rows of the file brought."""
        rows = [*self.rows, [self.rows[1][0], "又一人", "13700137000", ""]]
        batch = self._import(self.sam, rows)
        self.assertEqual(batch.linked_count, 1)
        self._undo(batch)
        self.assertEqual(batch.undone_count, 7)
        self.assertEqual(self.env["res.partner"].search_count([]), self.before)

    def test_nothing_to_undo(self):
        """What has stored nothing cannot be undone, what has cannot be deleted."""
        batch = self._batch(self.sam, self.rows)
        batch.action_preview()
        with self.assertRaises(UserError):
            batch.action_undo()
        self._run(batch)
        with self.assertRaises(UserError):
            batch.unlink()

    def test_undo_out_of_reach(self):
        """Customers that left the importer's reach are not taken back by him."""
        batch = self._import(self.sam, self.rows[:2])
        customer = self._partner(self.rows[1][0])
        customer.with_user(self.manager).action_transfer(self.tom.id, "x")
        self._undo(batch)
        self.assertEqual(batch.kept_count, 1)
        self.assertTrue(customer.exists())
