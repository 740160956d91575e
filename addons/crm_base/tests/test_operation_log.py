from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import crm_log_mixin
from .common import CrmCase


@tagged("post_install", "-at_install")
class TestOperationLog(CrmCase):
    def _log(self, user, **values):
        return (
            self.env["crm.operation.log"]
            .with_user(user)
            ._crm_log("export", "导出 3 个客户", **values)
            .with_env(self.env)
        )

    def test_row_says_everything(self):
        """Who, as what, when, what, to how many; the boss opens what is left.

        Covers: B15.
        """
        customers = self._customer(self.sam) | self._customer(self.sam, "第二家")
        row = self._log(
            self.sam,
            model="res.partner",
            res_ids=customers.ids,
            details={"columns": ["name"]},
        )
        self.assertEqual(row.user_id, self.sam)
        self.assertEqual(row.user_name, "Sam")
        self.assertEqual(row.role, "crm_base.group_salesperson")
        self.assertEqual(row.record_count, 2)
        self.assertEqual(row.res_ids, customers.ids)
        self.assertEqual(row.model_name, "Contact")
        self.assertIn("columns", row.details_text)
        self.assertAlmostEqual(
            row.logged_at.timestamp(), fields.Datetime.now().timestamp(), delta=60
        )
        action = row.with_user(self.boss).action_open_records()
        self.assertEqual(action["domain"], [("id", "in", customers.ids)])
        with self.assertRaises(UserError):
            self._log(self.sam, count=7).with_user(self.boss).action_open_records()

    def test_role_of_that_time(self):
        """A row keeps the role that its author had. Covers: B15."""
        row = self._log(self.boss)
        self.boss.group_ids = self.sam.group_ids
        self.assertEqual(row.role, "crm_base.group_boss")
        self.assertEqual(self.boss._crm_role(), "crm_base.group_salesperson")
        self.assertEqual(self.portal._crm_role(), "base.group_portal")
        self.assertEqual(self.maintainer._crm_role(), "crm_base.group_maintainer")
        self.assertEqual(self.env.ref("base.user_root")._crm_role(), "base.user_root")

    def test_readers(self):
        """Superiors read the rows of theirs, without what is the boss's alone.

        Covers: B01, B15.
        """
        row = self._log(self.sam, details={"secret": 1}, res_ids=[1])
        self.assertViewers(row, self.manager | self.director)
        for user in (self.sam, self.assistant):
            with self.assertRaises(AccessError):
                row.with_user(user).read(["summary"])
        for name in ("details", "details_text", "res_ids"):
            with self.assertRaises(AccessError):
                row.with_user(self.manager).read([name])
        self.assertEqual(row.with_user(self.boss).details, {"secret": 1})

    def test_append_only(self):
        """No door changes a row: not for the boss, not for the system.

        Covers: B15.
        """
        row = self._log(self.sam)
        log = self.env["crm.operation.log"]
        for user in (self.sam, self.boss, self.env.ref("base.user_admin")):
            for call in (
                lambda logs: logs.create({"operation": "export", "summary": "x"}),
                lambda logs: logs.browse(row.id).write({"summary": "x"}),
                lambda logs: logs.browse(row.id).unlink(),
                lambda logs: logs.browse(row.id).copy(),
                lambda logs: logs.load(["operation", "summary"], [["export", "x"]]),
                lambda logs: logs.with_context(crm_workflow=True).create(
                    {"operation": "export", "summary": "x"}
                ),
            ):
                before = log.search_count([])
                for logs in (log.with_user(user), log.sudo()):
                    try:
                        with self.env.cr.savepoint():
                            result = call(logs)
                    except AccessError:
                        continue
                    # the import tells its errors as messages
                    self.assertFalse(result["ids"])
                self.assertEqual(log.search_count([]), before)
        self.assertEqual(row.summary, "导出 3 个客户")

    def test_kept_as_the_setting_says(self):
        """Rows go by age alone, never before the least time. Covers: B15."""
        row = self._log(self.sam)
        old = self._log(self.sam)
        self.env.cr.execute(
            "UPDATE crm_operation_log SET logged_at = logged_at - interval '200 days'"
            " WHERE id = %s",
            [old.id],
        )
        log = self.env["crm.operation.log"]
        log._gc_operation_log()
        self.assertTrue(old.exists(), "kept for ever unless somebody says otherwise")
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("crm_base.operation_log_days", "300")
        log._gc_operation_log()
        self.assertTrue(old.exists())
        parameters.set_param("crm_base.operation_log_days", "1")
        with patch.object(crm_log_mixin, "GC_BATCH", 1):
            log._gc_operation_log()
        self.assertFalse(old.exists())
        self.assertTrue(row.exists(), "half a year is kept whatever the setting says")
