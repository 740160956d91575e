import base64
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from ..models import crm_import_batch_work as work
from ..tools.sheets import open_sheet
from .import_files import HEAD, ImportCase, text, workbook


@tagged("post_install", "-at_install")
class TestImport(ImportCase):
    """A spreadsheet becomes customers, and whoever imports is told the truth."""

    def test_customers_with_contacts(self):
        """Rows become customers with their contacts, as the form would make them.

        Covers: B18.
        """
        rows = [
            HEAD,
            ["北京诺深科技有限公司", "北京", "张三", "13800138000", "A", "老客户"],
            ["上海伯韵机电有限公司", "上海市", "李四", "13900139000", "B－重要", ""],
            ["北京诺深科技有限公司", "北京", "王五", "13700137000", "A", ""],
        ]
        batch = self._import(self.sam, text(rows, "gbk"))
        self.assertEqual(self._states(batch), {2: "created", 3: "created", 4: "linked"})
        customer = self._partner("北京诺深科技有限公司")
        self.assertEqual(len(customer), 1)
        self.assertTrue(customer.is_crm_customer)
        self.assertEqual(customer.user_id, self.sam)
        self.assertTrue(customer.customer_no)
        self.assertTrue(customer.customer_stage_id, "defaults as in the form")
        self.assertEqual(customer.state_id, self.env.ref("base.state_cn_BJ"))
        self.assertEqual(customer.customer_level_id.code, "a")
        self.assertEqual(set(customer.child_ids.mapped("name")), {"张三", "王五"})
        self.assertEqual(customer.child_ids.user_id, self.sam)
        self.assertLedger(customer, [("create", None, self.sam)])

    def test_every_row_is_accounted_for(self):
        """Imported and rejected rows add up; a bad row blocks no good one.

        Covers: B18.
        """
        rows = [HEAD]
        for index in range(300):
            phone = "abc" if index % 100 == 7 else f"138{index:08}"
            name = "" if index % 100 == 9 else f"甲乙{index}号贸易有限公司"
            rows.append([name, "广东", f"联系人{index}", phone, "C", ""])
        batch = self._batch(self.sam, rows)
        summary = batch.action_preview()
        self.assertEqual(summary["errors"], 6)
        self.assertEqual(
            {(one["kind"], one["count"]) for one in summary["problems"]},
            {("phone", 3), ("required", 3)},
        )
        self.assertFalse(self._partner("甲乙0号贸易有限公司"), "nothing stored so far")
        with patch.object(work, "RUN_ROWS", 64):
            self._run(batch)
        total = batch.imported_count + batch.error_count + batch.skipped_count
        self.assertEqual((total, batch.error_count, batch.state), (300, 6, "done"))

    def test_a_row_that_the_database_refuses(self):
        """What only storing can tell strikes that row, and is told as in the form."""
        self._customer(self.sue, "占号公司", customer_no="K-77")
        rows = [["客户名称", "客户编号"]]
        rows += [[f"序号{i}号实业有限公司", f"K-{i}"] for i in range(70, 84)]
        batch = self._batch(self.sam, rows)
        batch.action_preview()
        batch.row_ids.decision = "create"
        self._run(batch)
        states = self._states(batch)
        self.assertEqual(set(states.values()), {"created", "error"})
        self.assertEqual([n for n, state in states.items() if state == "error"], [9])

    def test_a_cap_is_foreseen(self):
        """Whoever has no room for so many customers is told before the import begins.

        Covers: B18.
        """
        rows = [HEAD]
        rows += [[f"丙丁{i}号贸易有限公司", "广东", "", "", "C", ""] for i in range(6)]
        hook = "odoo.addons.crm_base.models.res_users.ResUsers._crm_room"
        with patch(hook, lambda user: (4, "甲池最多 60 家。")):
            batch = self._batch(self.sam, rows)
            summary = batch.action_preview()
            self.assertIn("甲池最多 60 家。", summary["message"])
            self.assertIn("Only 4 of the 6 new rows", summary["message"])
        batch.action_back()
        self.assertFalse(batch.action_preview()["message"], "there is room again")

    def test_refusals_say_why(self):
        """The list of problems names the rule that refused rows, with their number."""
        hook = "odoo.addons.crm_base.models.res_partner_ownership.ResPartner"

        reason = "No room for 戊己."

        def refuse(partners, user, kind):
            raise UserError(reason)

        rows = [HEAD]
        rows += [[f"戊己{i}号贸易有限公司", "广东", "", "", "C", ""] for i in range(3)]
        with patch(f"{hook}._crm_check_owner_change", refuse):
            batch = self._import(self.sam, text(rows))
        [problem] = batch.problems
        self.assertEqual((problem["label"], problem["count"]), (reason, 3))

    def test_caps_hold(self):
        """A cap of the new owner stops exactly the rows above it."""
        hook = "odoo.addons.crm_base.models.res_partner_ownership.ResPartner"
        reason = "At most 5 customers."

        def cap(partners, user, kind):
            owned = partners.sudo().search_count(
                [("user_id", "=", user.id), ("is_crm_customer", "=", True)]
            )
            if owned > 5:
                raise UserError(reason)

        rows = [["客户名称"], *([f"封顶{i}号商贸有限公司"] for i in range(9))]
        batch = self._batch(self.sam, rows)
        batch.action_preview()
        with patch(f"{hook}._crm_check_owner_change", cap):
            self._run(batch)
        self.assertEqual((batch.created_count, batch.error_count), (5, 4))
        self.assertIn(reason, self._notes(batch)[10])

    def test_second_run_imports_nothing(self):
        """The same file once more imports nothing, by whoever and whatever its name.

        Covers: B18.
        """
        rows = [["客户名称"], ["一次科技有限公司"], ["二次科技有限公司"]]
        first = self._import(self.sam, rows)
        self.assertEqual(first.created_count, 2)
        count = self.env["res.partner"].search_count([])
        for user in (self.sam, self.manager):
            again = self._batch(user, rows, filename="copy.csv")
            again.action_preview()
            self.assertEqual(again.skipped_count, 2)
            self.assertIn("Imported already", self._notes(again)[2])
            with self.assertRaises(UserError):
                again.action_run()
        self.assertEqual(self.env["res.partner"].search_count([]), count)

    def test_double_click(self):
        """Importing twice at once queues the second run in vain."""
        batch = self._batch(self.sam, [["客户名称"], ["双击科技有限公司"]])
        batch.action_preview()
        with trap_jobs() as jobs:
            batch.action_run()
            with self.assertRaises(UserError):
                batch.action_run()
            jobs.assert_jobs_count(1)
            jobs.perform_enqueued_jobs()
            jobs.perform_enqueued_jobs()
        self.assertEqual(len(self._partner("双击科技有限公司")), 1)

    def test_jobs_in_chunks(self):
        """Each job is a chunk, and queues the next; stopping keeps what is stored."""
        rows = [["客户名称"], *([f"分段{i}号商贸有限公司"] for i in range(10))]
        batch = self._batch(self.sam, rows)
        batch.action_preview()
        with patch.object(work, "RUN_ROWS", 4), trap_jobs() as jobs:
            batch.action_run()
            jobs.assert_jobs_count(1)
            self.assertEqual(
                jobs.enqueued_jobs[0].channel
                or jobs.enqueued_jobs[0].job_config.channel,
                "root.crm_import",
            )
            batch._crm_job_run()
            batch.invalidate_recordset()
            self.assertEqual((batch.created_count, batch.ready_count), (4, 6))
            self.assertEqual(round(batch.progress), 40)
            batch.action_stop()
            batch._crm_job_run()
            batch.invalidate_recordset()
            self.assertEqual((batch.created_count, batch.state), (4, "stopped"))
        self._run(batch)
        self.assertEqual((batch.created_count, batch.state), (10, "done"))

    def test_large_files_are_checked_in_the_background(self):
        """What takes long is not waited for."""
        rows = [["客户名称"], *([f"背景{i}号商贸有限公司"] for i in range(1_100))]
        batch = self._batch(self.sam, rows)
        with trap_jobs() as jobs:
            self.assertEqual(batch.action_preview()["state"], "checking")
            jobs.assert_jobs_count(1)
        batch._crm_workflow().write({"state": "mapping"})
        summary = batch.with_context(queue_job__no_delay=True).action_preview()
        self.assertEqual((summary["state"], summary["ready"]), ("ready", 1_100))
        self.assertEqual(summary["type"], "", "no action for the web client")

    def test_right_withdrawn_midway(self):
        """Whoever loses the right in between imports no further row."""
        batch = self._batch(self.sam, [["客户名称"], ["中途科技有限公司"]])
        batch.action_preview()
        with trap_jobs():
            batch.action_run()
        self.sam.group_ids -= self.importer
        batch.with_user(self.sam)._crm_job_run()
        self.assertEqual(batch.sudo().state, "stopped")
        self.assertFalse(self._partner("中途科技有限公司"))

    def test_error_workbook(self):
        """Rejected rows come back as they were, with the reason, and can be corrected.

        Covers: B18.
        """
        rows = [
            HEAD,
            ["好的科技有限公司", "北京", "张三", "13800138000", "A", ""],
            ["坏的科技有限公司", "北京", "李四", "1.38E+10", "Z", "=1+1"],
        ]
        batch = self._import(self.sam, rows)
        sheet = open_sheet(base64.b64decode(batch.error_file))
        (_one, head), (_two, bad) = sheet.rows()
        self.assertEqual(head[: len(HEAD)], HEAD)
        self.assertEqual(bad[: len(HEAD)], rows[2])
        self.assertIn("shortened", bad[len(HEAD)])
        self.assertIn("none of the choices", bad[len(HEAD)])
        self.assertEqual(bad[len(HEAD) + 1], 3)
        corrected = [head, [*bad[:3], "13900139000", "B", *bad[5:]]]
        again = self._batch(self.sam, workbook(corrected), "客户 - rejected.xlsx")
        self.assertNotIn(head[len(HEAD)], [k for k, v in again.mapping.items() if v])
        again.action_preview()
        self._run(again)
        self.assertEqual(again.created_count, 1)
        self.assertFalse(again.error_file)
        customer = self._partner("坏的科技有限公司")
        self.assertEqual(customer.child_ids.mobile, "13900139000")

    def test_preview_is_what_is_stored(self):
        """The preview shows values as they will be stored."""
        batch = self._batch(
            self.sam,
            [
                HEAD,
                [
                    "预览科技有限公司",
                    "广东",
                    "张三",
                    "１３８００１３８０００",
                    "a",
                    " 好 ",
                ],
            ],
        )
        preview = batch.action_preview()["preview"]
        self.assertEqual(
            preview["rows"][0]["cells"],
            [
                "预览科技有限公司",
                "广东省",
                "张三",
                "13800138000",
                self.env.ref("crm_base.dictionary_customer_level_a").name,
                "好",
            ],
        )

    def test_queries_do_not_grow_with_rows(self):
        """A row more costs no query more, beyond what creating it in bulk costs."""

        def cost(count, start):
            rows = [HEAD]
            rows += [
                [
                    f"计数{start + i}号公司",
                    "广东",
                    f"人{i}",
                    f"139{start + i:08}",
                    "A",
                    "x",
                ]
                for i in range(count)
            ]
            batch = self._batch(self.sam, rows)
            before = self.env.cr.sql_log_count
            batch.action_preview()
            checked = self.env.cr.sql_log_count - before
            self._run(batch)
            self.assertEqual(batch.created_count, count)
            return checked, self.env.cr.sql_log_count - before - checked

        cost(5, 0)
        few, many = cost(20, 100), cost(220, 1_000)
        self.assertLessEqual(many[0], few[0] + 10)
        # numbers of customers are drawn one by one, and so are tracked contacts
        self.assertLessEqual((many[1] - few[1]) / 200, 6)

    def test_operation_log(self):
        """Who imported and undid what is in the operation log."""
        batch = self._import(self.sam, [["客户名称"], ["日志科技有限公司"]])
        self._undo(batch)
        logs = self.env["crm.operation.log"].search([("user_id", "=", self.sam.id)])
        self.assertEqual(
            set(logs.mapped("operation")) & {"import", "import_undo"},
            {"import", "import_undo"},
        )
