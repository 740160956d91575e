from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.crm_base.tests.import_files import ImportCase

from .common import PoolCase


@tagged("post_install", "-at_install")
class TestImportRoom(ImportCase, PoolCase):
    """An import tells of the limit of owned customers before it meets it."""

    def test_the_limit_is_foreseen_and_kept(self):
        """The check of a file names the limit, and storing keeps it to the row.

        Covers: B18, P06.
        """
        self.pool.holding_limit = 4
        self._customer(self.sam, "已有科技有限公司")
        rows = [["客户名称", "省/州"]]
        rows += [[f"限额{i}号贸易有限公司", "广东"] for i in range(6)]
        batch = self._batch(self.sam, rows)
        summary = batch.action_preview()
        self.assertIn("may own 4", summary["message"])
        self.assertIn("Only 3 of the 6 new rows", summary["message"])
        self._run(batch)
        states = list(self._states(batch).values())
        self.assertEqual(states, ["created"] * 3 + ["error"] * 3)
        self.pool.holding_limit = 0
        self.assertEqual(self.sam._crm_room(), (None, ""))

    def test_rows_without_room_are_not_tried_one_by_one(self):
        """What its owner has no room for is refused at once, and stored is the rest.

        Each row would otherwise be tried alone to learn the same: a long file of
        somebody who is full took hours. Covers: B18, P06.
        """
        self.pool.holding_limit = 10
        rows = [["客户名称", "负责人"]]
        rows += [[f"有位{i}号贸易有限公司", self.sam.login] for i in range(40)]
        rows += [[f"他人{i}号贸易有限公司", self.sue.login] for i in range(5)]
        batch = self._batch(self.manager, rows)
        batch.action_preview()
        handler = self.env.registry["crm.import.handler.customer"]
        store = handler._crm_store
        with patch.object(
            handler, "_crm_store", autospec=True, side_effect=store
        ) as tried:
            self._run(batch)
        states = list(self._states(batch).values())
        self.assertEqual(states, ["created"] * 10 + ["error"] * 30 + ["created"] * 5)
        self.assertEqual(tried.call_count, 1)
        rejected = batch.row_ids.filtered(lambda row: row.state == "error")
        self.assertIn(self.pool.name, str(rejected[0].issues))
