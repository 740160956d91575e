import base64
import io
from datetime import datetime
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.queue_job.tests.common import trap_jobs

from ..models import crm_import_batch_work as work
from ..tools.sheets import open_sheet
from .import_files import ImportCase, text, workbook

HEAD = ["客户名称", "省/州", "联系人", "手机", "级别", "备注"]


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

    def test_mapping(self):
        """Headings are understood in three languages, and by their technical names."""
        for head in (
            ["客户名称", "电话", "负责人", "备注", "省份", "标签"],
            ["客戶名稱", "電話", "負責人", "備註", "縣市", "標籤"],
            ["Customer Name*", "Phone", "Owner", "Remark", "Province", "Tags"],
            ["name", "phone", "user_id", "comment", "state_id", "category_id"],
            ["公司名称（必填）", "联系方式", "业务员", "说明", "省/州", "客户标签"],
        ):
            batch = self._batch(self.sam, [head, ["x"] * len(head)])
            self.assertEqual(
                list(batch.mapping.values()),
                ["name", "phone", "user_id", "comment", "state_id", "category_id"],
                head,
            )

    def test_mobile_belongs_to_the_contact(self):
        """Beside contacts the mobile is theirs, without them the customer's."""
        batch = self._batch(self.sam, [["客户名称", "联系人", "手机"], ["a", "b", "c"]])
        self.assertEqual(batch.mapping["手机"], "contact.mobile")
        batch = self._batch(self.sam, [["客户名称", "手机"], ["a", "c"]])
        self.assertEqual(batch.mapping["手机"], "mobile")

    def test_mapping_is_remembered(self):
        """What somebody chose for a heading is proposed next time, to that person."""
        rows = [["客户名称", "老板"], ["记忆科技有限公司", "张三"]]
        batch = self._batch(self.sam, rows)
        self.assertFalse(batch.mapping["老板"])
        batch.mapping = {"老板": "contact.name"}
        batch.action_preview()
        self.assertEqual(self._batch(self.sam, rows).mapping["老板"], "contact.name")
        self.assertFalse(self._batch(self.manager, rows).mapping["老板"])

    def test_mapping_over_the_api(self):
        """A mapping is checked like any input."""
        batch = self._batch(self.sam, [["客户名称", "x"], ["a", "b"]])
        for wrong in (
            {"y": "name"},
            {"x": "password"},
            [1],
            {"x": "contact.create_uid.x"},
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                batch.mapping = wrong
        with self.assertRaises(UserError), self.env.cr.savepoint():
            batch.mapping = {"x": "name"}
            batch.action_preview()
        batch.mapping = {"客户名称": False, "x": "city"}
        with self.assertRaisesRegex(UserError, "required column"):
            batch.action_preview()

    def test_title_above_the_headings(self):
        """A title, and empty rows, above the headings do not matter."""
        rows = [["2026年客户清单"], [], HEAD, ["标题科技有限公司", "北京"]]
        batch = self._import(self.sam, workbook(rows), filename="a.xlsx")
        self.assertEqual(self._states(batch), {4: "created"})

    def test_several_sheets(self):
        """The first sheet with rows is read and the others are named."""
        book = workbook(
            [], 客户=[["客户名称"], ["第一科技有限公司"]], 其他=[["客户名称"], ["x"]]
        )
        batch = self._batch(self.sam, book, "a.xlsx")
        self.assertIn("其他", batch.message)
        batch.sheet = "其他"
        self.assertEqual(batch.column_ids.examples, "x")
        with self.assertRaises(UserError):
            batch.sheet = "没有"

    def test_template(self):
        """The template of a profile is understood by its own import. Covers: B18."""
        for code in ("customer", "contact", "followup"):
            profile = self.env.ref(f"crm_base.crm_import_profile_{code}")
            for lang in ("zh_CN", "en_US"):
                template = profile.with_user(self.sam).with_context(lang=lang)
                content = template._crm_template()
                head = next(open_sheet(content).rows())[1]
                batch = self._batch(
                    self.sam, workbook([head, ["x"] * len(head)]), "t.xlsx", code
                )
                missed = [
                    header for header, field in batch.mapping.items() if not field
                ]
                self.assertFalse(missed, (code, lang))

    def test_contacts(self):
        """Contacts go below customers, named by number or name, that one can see."""
        mine = self._customer(self.sam, "联系科技有限公司", customer_no="N-1")
        self._customer(self.xia, "别人科技有限公司", customer_no="N-2")
        self._contact(mine, "老王", mobile="13800138000")
        rows = [
            ["客户", "姓名", "手机"],
            ["N-1", "小李", "13900139000"],
            ["联系科技有限公司", "老王", "13800138000"],
            ["别人科技有限公司", "小赵", "13700137000"],
            ["N-1", "小李", "13900139000"],
        ]
        batch = self._import(self.sam, rows, profile="contact")
        self.assertEqual(
            self._states(batch), {2: "created", 3: "skipped", 4: "error", 5: "skipped"}
        )
        self.assertIn("not found among those you can see", self._notes(batch)[4])
        self.assertEqual(set(mine.child_ids.mapped("name")), {"老王", "小李"})

    def test_followups(self):
        """Plans are for everybody, history for those who may."""
        customer = self._customer(self.sam, "跟进科技有限公司")
        rows = [
            ["客户名称", "跟进内容", "跟进时间", "跟进人", "计划时间", "方式"],
            [
                "跟进科技有限公司",
                "客户要求报价，周五前给",
                "2024年3月5日 14:30",
                "sue",
                "",
                "电话",
            ],
            ["跟进科技有限公司", "约见面", "", "", "2030-01-01 09:00", ""],
            ["跟进科技有限公司", "没有时间", "", "", "", ""],
        ]
        refused = self._batch(self.sam, rows, profile="followup")
        refused.action_preview()
        self.assertEqual(self._states(refused), {2: "error", 3: "ready", 4: "error"})
        self.assertIn("original author and time", self._notes(refused)[2])
        batch = self._import(self.boss, rows, profile="followup")
        self.assertEqual(self._states(batch), {2: "created", 3: "created", 4: "error"})
        done = customer.followup_ids.filtered(lambda one: one.state == "done")
        self.assertEqual(done.user_id, self.sue)
        self.assertEqual(done.done_at, datetime(2024, 3, 5, 6, 30))
        self.assertEqual(customer.last_followup_at, done.done_at)
        self.assertEqual(customer.next_followup_at, datetime(2030, 1, 1, 1, 0))

    def test_original_author_and_time(self):
        """Author and time of creation are kept for those who may, else refused.

        Covers: B18.
        """
        rows = [
            ["客户名称", "创建人", "创建时间"],
            ["历史科技有限公司", "tom", "2019/8/7"],
        ]
        refused = self._batch(self.sam, rows)
        refused.action_preview()
        self.assertEqual(refused.error_count, 1)
        self._import(self.boss, rows)
        customer = self._partner("历史科技有限公司")
        self.assertEqual(customer.create_uid, self.tom)
        self.assertEqual(customer.create_date, datetime(2019, 8, 6, 16, 0))

    def test_any_other_model(self):
        """What somebody may create can be imported without a profile made for it."""
        rows = [["Name", "Parent Territory"], ["华东", ""], ["华南", ""]]
        batch = (
            self.env["crm.import.batch"]
            .with_user(self.director)
            .create(
                {
                    "model": "crm.territory",
                    "filename": "t.csv",
                    "file": base64.b64encode(text(rows)),
                }
            )
        )
        batch.action_preview()
        self._run(batch)
        self.assertEqual(batch.created_count, 2)
        self.assertTrue(self.env["crm.territory"].search([("name", "=", "华南")]))

    def test_profile_without_code(self):
        """A director makes a profile of the own; its key column finds what is there."""
        profile = (
            self.env["crm.import.profile"]
            .with_user(self.director)
            .create(
                {
                    "name": "来源",
                    "code": "sources",
                    "model_id": self.env["ir.model"]._get_id("utm.source"),
                    "column_ids": [
                        Command.create(
                            {
                                "field": "name",
                                "synonyms": "渠道",
                                "required": True,
                                "is_key": True,
                            }
                        )
                    ],
                }
            )
        )
        self.env["utm.source"].create({"name": "展会甲"})
        batch = self._batch(
            self.director,
            [["渠道"], ["展会甲"], ["展会乙"], ["展会乙"]],
            profile_id=profile.id,
        )
        batch.action_preview()
        self._run(batch)
        self.assertEqual(
            self._states(batch), {2: "skipped", 3: "created", 4: "skipped"}
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

    def test_template_download(self):
        """A workbook that Excel opens: it can be read back."""
        profile = self.env.ref("crm_base.crm_import_profile_customer")
        action = profile.with_user(self.sam).action_template()
        self.assertIn(str(profile.id), action["url"])
        self.assertTrue(io.BytesIO(profile._crm_template()).read(4).startswith(b"PK"))

    def test_line_of_a_new_profile(self):
        """A column of a form that nobody has filled yet has a name, an empty one.

        Covers: B18, B22.
        """
        line = self.env["crm.import.profile.column"].new({"field": "name"})
        self.assertEqual(line.display_name, "name")
