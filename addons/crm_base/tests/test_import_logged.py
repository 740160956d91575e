from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models import crm_import_batch_steps
from .import_files import ImportCase

HEAD = ["客户名称", "手机"]


@tagged("post_install", "-at_install")
class TestImportLogged(ImportCase):
    """A file that asks for customers leaves a trace, whatever becomes of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for number in range(3):
            cls._customer(
                cls.xia,
                f"苏州机密{number}精工机械有限公司",
                mobile=f"1380013800{number}",
            )
        cls.rows = [HEAD]
        cls.rows += [[f"试探{i}", f"1380013800{i}"] for i in range(8)]
        cls.rows += [["试探0", "13800138000"]]

    def _logged(self):
        return self.env["crm.operation.log"].search(
            [("operation", "=", "import_check")], order="id"
        )

    def test_check_is_logged(self):
        """Superiors read who has checked how many rows, and how many were there.

        What was asked is the boss's to read. The import may be deleted, the row not.

        Covers: B18, B05.
        """
        batch = self._batch(self.sam, self.rows, "名单.csv")
        batch.action_preview()
        hits = sum(
            any("row" not in match for match in row.matches or [])
            for row in batch.row_ids
        )
        self.assertGreaterEqual(hits, 3)
        log = self._logged()
        self.assertEqual((log.user_id, log.record_count), (self.sam, 9))
        self.assertIn(f" {hits} ", log.summary)
        self.assertIn("名单.csv", log.summary)
        batch.unlink()
        with self.assertRaises(AccessError):
            log.with_user(self.sam).sudo().unlink()
        self.assertSees(self.manager, log)
        self.assertBlind(self.sue, log)
        with self.assertRaises(AccessError):
            log.with_user(self.manager).read(["details"])
        asked = log.with_user(self.boss).details["asked"]
        self.assertIn("试探0 · 13800138000", asked)
        self.assertEqual(len(asked), hits)

    def test_every_check(self):
        """Checked twice is logged twice. Covers: B18, B05."""
        batch = self._batch(self.sam, self.rows)
        batch.action_preview()
        batch.action_preview()
        self.assertEqual(len(self._logged()), 2)

    def test_stopped_check(self):
        """A check that is stopped halfway has told something, and is logged.

        Covers: B18, B05.
        """
        self.patch(crm_import_batch_steps, "SMALL_ROWS", 2)
        batch = self._batch(self.sam, self.rows)
        self.patch(self.env.registry["crm.import.batch"], "_crm_queue", lambda *_: None)
        batch.action_preview()
        self.assertEqual(batch.state, "checking")
        batch._crm_check_rows()
        batch.action_stop()
        self.assertEqual((batch.state, self._logged().record_count), ("mapping", 9))
        batch.action_preview()
        batch.action_stop()
        self.assertEqual(len(self._logged()), 1, "nothing was checked")

    def test_nobody_is_held_back(self):
        """A long list does not use up the hourly searches of whoever imports it.

        Covers: B18, B05.
        """
        self.company.crm_duplicate_hourly = 2
        self._batch(self.sam, self.rows).action_preview()
        self.env["res.partner"].with_user(self.sam).crm_check_duplicates(
            [{"name": "甲"}, {"name": "乙"}]
        )
