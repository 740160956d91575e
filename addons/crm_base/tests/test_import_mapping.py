import io

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools.sheets import open_sheet
from ..tools.sheets.errors import CellError, SheetError
from .import_files import HEAD, ImportCase, workbook


@tagged("post_install", "-at_install")
class TestImportMapping(ImportCase):
    """What the columns of a spreadsheet are taken for, and templates for them."""

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

    def test_old_messages_are_not_told_again(self):
        """What went wrong with one check is not said of the next one."""
        book = workbook([], 客户=[["客户名称"], ["甲乙科技有限公司"]], 其他=[["x"]])
        batch = self._batch(self.sam, book, "a.xlsx")
        about_sheets = batch.message
        batch._crm_workflow().message = "The right to import was withdrawn."
        self.assertEqual(batch.action_preview()["message"], about_sheets)

    def test_messages_are_translated(self):
        """Whoever uploads a file is told in the own language what is wrong with it."""
        batch = self.env["crm.import.batch"].with_context(lang="zh_CN")
        error = CellError("too_long", limit=64)
        self.assertEqual(
            batch._crm_cell_message(error, "备注"), "备注：超过 64 个字符。"
        )
        self.assertIn(
            "20 MB", batch._crm_sheet_message(SheetError("too_large", limit=20))
        )
        self.assertNotIn("file", batch._crm_sheet_message(SheetError("empty")))

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
