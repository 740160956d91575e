import io

import openpyxl

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.crm_base.tests.import_files import ImportCase

from .common import SaleCase

HEAD = ["商机名称", "客户名称", "商机阶段", "预计金额", "预计成交日期", "商机类型"]


@tagged("post_install", "-at_install")
class TestImportOpportunity(ImportCase, SaleCase):
    """Lists of opportunities, from another program or a spreadsheet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env.ref("crm_sales.crm_import_profile_opportunity")
        cls.mine = cls._customer(cls.sam, "苏州精工机械", customer_no="C-77")
        cls.foreign = cls._customer(cls.xia, "广州重机")

    def _read(self, rows, user=None, head=None, **values):
        values["profile_id"] = self.profile.id
        return self._import(user or self.sam, [head or HEAD, *rows], **values)

    def _found(self, name):
        return self.env["crm.lead"].search(
            [("name", "=", name), ("active", "in", (True, False))]
        )

    def test_rows_become_opportunities(self):
        """In their stage, of their customer, with their history; each bad row alone.

        Covers: S02, B18.
        """
        batch = self._read(
            [
                ["数控车床两台", "苏州精工机械", "报价", "12万", "2027-03-05", ""],
                ["磨床一台", "C-77", "", "50000", "", ""],
                ["别人的", "广州重机", "", "1", "", ""],
                ["", "苏州精工机械", "", "1", "", ""],
                ["阶段不对", "苏州精工机械", "没有的阶段", "1", "", ""],
            ]
        )
        self.assertEqual(
            self._states(batch),
            {2: "created", 3: "created", 4: "error", 5: "error", 6: "error"},
        )
        self.assertIn("not found among those you can see", self._notes(batch)[4])
        lead = self._found("数控车床两台")
        self.assertEqual(lead.type, "opportunity")
        self.assertEqual(lead.partner_id, self.mine)
        self.assertEqual(lead.user_id, self.sam)
        self.assertEqual(lead.stage_id, self.offered)
        self.assertEqual(lead.expected_revenue, 120000)
        self.assertEqual(
            self._history(lead), [("create", self.env["crm.stage"], self.offered)]
        )
        self.assertEqual(self._found("磨床一台").stage_id, self.found)

    def test_stages_of_the_owners_process(self):
        """A stage is looked for in the process of the owner's team; conditions hold.

        Covers: S02, S03.
        """
        south = self.env["crm.stage"].create(
            {"name": "报价", "sequence": 3, "team_ids": [(6, 0, self.south.ids)]}
        )
        only = self.env["crm.stage"].create(
            {"name": "南方专属", "sequence": 4, "team_ids": [(6, 0, self.south.ids)]}
        )
        self._gate(self.agreed, "field", field_ids=[(6, 0, self._field("need").ids)])
        batch = self._read(
            [
                ["北京的", "苏州精工机械", "报价", "", "", ""],
                ["不是我们的", "苏州精工机械", only.name, "", "", ""],
                ["条件不够", "苏州精工机械", "谈判", "", "", ""],
            ]
        )
        self.assertEqual(self._states(batch), {2: "created", 3: "error", 4: "error"})
        self.assertEqual(self._found("北京的").stage_id, self.offered)
        self.assertNotEqual(self._found("北京的").stage_id, south)
        self.assertIn("谈判", self._notes(batch)[3])
        self.assertIn("条件不够", self._notes(batch)[4])

    def test_again_and_update(self):
        """The same file twice brings nothing; a corrected one updates what is open.

        Covers: S02, B18.
        """
        rows = [["数控车床两台", "苏州精工机械", "拜访", "100", "", ""]]
        self._read(rows)
        again = self._batch(self.sam, [HEAD, *rows], profile_id=self.profile.id)
        again.action_preview()
        self.assertEqual(self._states(again), {2: "skipped"})
        with self.assertRaisesRegex(UserError, "there already"):
            again.action_run()
        changed = [["数控车床两台", "苏州精工机械", "报价", "0", "", ""]]
        batch = self._read(changed * 2, duplicate_policy="update")
        self.assertEqual(self._states(batch), {2: "updated", 3: "skipped"})
        lead = self._found("数控车床两台")
        self.assertEqual(len(lead), 1)
        self.assertEqual(lead.stage_id, self.offered)
        self.assertEqual(lead.expected_revenue, 0, "a zero is a value")
        self._undo(batch)
        self.assertEqual(lead.stage_id, self.visited)
        self.assertEqual(lead.expected_revenue, 100)

    def test_lost_ones(self):
        """A row with a reason is a lost opportunity, with that in its history.

        Covers: S02, S08.
        """
        reason = self.env["crm.lost.reason"].create({"name": "价格太高"})
        head = ["商机名称", "客户名称", "输单原因"]
        batch = self._read([["丢了的", "苏州精工机械", "价格太高"]], head=head)
        self.assertEqual(self._states(batch), {2: "created"})
        lead = self._found("丢了的")
        self.assertEqual(lead.won_status, "lost")
        self.assertEqual(lead.lost_reason_id, reason)
        self.assertEqual(self._history(lead)[-1][0], "lost")

    def test_undo(self):
        """Undo takes away what nobody has worked on, and says what stays.

        Covers: S02, B18.
        """
        names = ("没动过", "跟进过", "报过价")
        batch = self._read([[name, "苏州精工机械", "", "", "", ""] for name in names])
        self._lead_followup(self.sam, self._found("跟进过"))
        self.env["sale.order"].with_user(self.sam).create(
            {"partner_id": self.mine.id, "opportunity_id": self._found("报过价").id}
        )
        self._undo(batch)
        self.assertEqual(self._states(batch), {2: "undone", 3: "kept", 4: "kept"})
        self.assertFalse(self._found("没动过"))
        self.assertIn("follow-ups", self._notes(batch)[3])
        self.assertIn("quotations", self._notes(batch)[4])

    def test_headings_are_guessed(self):
        """Chinese and English headings, and the template's own, find their columns.

        Covers: S02, B18.
        """
        cases = {
            "專案名稱": "name",
            "無關的欄位": None,
            "赢单率": "probability",
            "Expected Close Date": "date_deadline",
            "Deal Value": "expected_revenue",
            "負責人": "user_id",
        }
        batch = self._batch(
            self.sam, [list(cases), ["x"] * len(cases)], profile_id=self.profile.id
        )
        guessed = {
            column.header: column.target_id.field or None for column in batch.column_ids
        }
        self.assertEqual(guessed, cases)
        for language in ("zh_CN", "en_US"):
            profile = self.profile.with_user(self.sam).with_context(lang=language)
            book = openpyxl.load_workbook(io.BytesIO(profile._crm_template()))
            head = [cell.value for cell in book.worksheets[0][1]]
            self.assertGreater(len(head), 8)
            filled = self._batch(
                self.sam, [head, ["x"] * len(head)], profile_id=self.profile.id
            )
            self.assertTrue(all(column.target_id for column in filled.column_ids))

    def test_uninstall(self):
        """The addon takes its kinds of imports along; what they brought stays.

        Covers: S02, B18.
        """
        batch = self._read([["留下的", "苏州精工机械", "", "", "", ""]])
        files = self.env["ir.attachment"].search(
            [("res_model", "=", batch._name), ("res_id", "=", batch.id)]
        )
        profiles = self.env["crm.import.profile"]
        profiles._crm_uninstall("crm_sales")
        self.assertFalse(batch.exists())
        self.assertFalse(files.exists())
        self.assertFalse(profiles.search([("code", "=", "opportunity")]))
        self.assertTrue(profiles.search([("code", "=", "customer")]))
        self.assertTrue(self._found("留下的"))
