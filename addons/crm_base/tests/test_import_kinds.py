import base64
from datetime import datetime

from odoo import Command
from odoo.tests import tagged

from .import_files import ImportCase, text


@tagged("post_install", "-at_install")
class TestImportKinds(ImportCase):
    """Not only customers: contacts, follow-ups, history, and whatever else."""

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
