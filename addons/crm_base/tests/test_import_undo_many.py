from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from .import_files import ImportCase

HEAD = ["客户名称", "联系人", "手机", "城市"]


@tagged("post_install", "-at_install")
class TestImportUndoMany(ImportCase):
    """Rows are taken back many at once, and each as if it were alone."""

    def _rows(self, count):
        return [
            HEAD,
            *(
                [f"北京整批{i}号科技有限公司", f"人{i}", f"139{i:08}", "北京"]
                for i in range(count)
            ),
        ]

    def _age(self, batch):
        """Let everything have been imported two hours ago."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_import_batch SET finished_at = finished_at - interval '1 hour'"
            " WHERE id = %s",
            [batch.id],
        )
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = write_date - interval '2 hours'"
            " WHERE user_id = %s",
            [self.sam.id],
        )
        self.env.invalidate_all()

    def _notes_of_kept(self, batch):
        return {row.number: row.note for row in batch.row_ids if row.state == "kept"}

    def test_queries_do_not_grow(self):
        """Fifty customers with contacts take as many statements as five.

        Covers: B18, X03.
        """
        counts = []
        # twice: a cache of the registry may be emptied in the course of one of them
        for count in (5, 5, 50, 50):
            batch = self._import(self.sam, self._rows(count))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            batch._crm_workflow().state = "undoing"
            with patch.object(type(batch), "_crm_queue", lambda self, method: None):
                batch._crm_job_undo()
            self.env.cr.flush()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(batch.undone_count, count)
        self.assertLessEqual(min(counts[2:]), counts[1] + 2, counts)

    def test_one_that_the_database_refuses(self):
        """What cannot go stays alone, with its reason; all others go.

        Covers: B18.
        """
        batch = self._import(self.sam, self._rows(9))
        stuck = self._partner("北京整批4号科技有限公司")
        reason = "There is a contract."
        model = self.env.registry["res.partner"]
        unlink = model.unlink

        def refusing(partners):
            if stuck in partners:
                raise UserError(reason)
            return unlink(partners)

        with patch.object(model, "unlink", refusing):
            self._undo(batch)
        self.assertEqual(self._notes_of_kept(batch), {6: reason})
        self.assertEqual(batch.undone_count, 8)
        self.assertTrue(stuck.child_ids, "with its contact")
        moves = self.env["crm.owner.move"].search([("kind", "=", "undo")])
        self.assertEqual(len(moves.filtered(lambda m: m.actor_id == self.sam)), 8)
        # later it may go
        self._undo(batch)
        self.assertEqual((batch.undone_count, batch.kept_count), (9, 0))

    def test_contact_of_another_row_was_changed(self):
        """A customer stays if a contact that a later row brought has to stay.

        Covers: B18.
        """
        rows = self._rows(2)
        rows.append([rows[1][0], "又一人", "13700137000", ""])
        batch = self._import(self.sam, rows)
        self._age(batch)
        self._partner("又一人").with_user(self.manager).function = "采购"
        self._undo(batch)
        self.assertEqual(set(self._notes_of_kept(batch)), {2, 4})
        customer = self._partner(rows[1][0])
        self.assertEqual(set(customer.child_ids.mapped("name")), {"人0", "又一人"})
        self.assertFalse(self._partner(rows[2][0]))

    def test_rows_that_changed_one_record_in_turn(self):
        """The last change is taken back first, so that the first value returns.

        Covers: B18.
        """
        customer = self._customer(self.sam, "北京轮流科技有限公司", city="天津")
        batch = self._import(self.sam, self._rows(2))
        steps = [("天津", "上海"), ("上海", "广州")]
        for row, (before, after) in zip(batch.row_ids, steps, strict=True):
            change = ["res.partner", customer.id, {"city": before}, {"city": after}]
            row.sudo()._crm_workflow().write(
                {"state": "updated", "links": {"created": [], "updated": [change]}}
            )
        customer.city = "广州"
        self._undo(batch)
        self.assertEqual(customer.city, "天津")
        self.assertEqual(batch.undone_count, 2)

    def test_kept_rows_keep_their_time(self):
        """Which moment a row was stored at is known however often it is tried.

        Covers: B18.
        """
        batch = self._import(self.sam, self._rows(3))
        row = batch.row_ids[1]
        moment = row.done_at - timedelta(days=1)
        row.sudo()._crm_workflow().done_at = moment
        self._followup(self.sam, self._partner(self._rows(3)[2][0]))
        self._undo(batch)
        self.assertEqual((row.state, row.done_at), ("kept", moment))
