import base64
import io
import zipfile
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools.sheets import reader
from ..tools.sheets import workbook as workbook_reader
from .import_files import ImportCase, rezip, text, workbook

HEAD = ["客户名称", "联系人", "手机", "备注"]
ROW = ["北京诺深科技有限公司", "张三", "13800138000", "你好"]
SHEET = "xl/worksheets/sheet1.xml"


@tagged("post_install", "-at_install")
class TestImportHostile(ImportCase):
    """Files that are broken, disguised or meant to harm. Nothing of them is stored."""

    def _refused(self, content, message, filename="客户.xlsx"):
        """The file is refused with a message, and no import is left behind."""
        before = self.env["crm.import.batch"].search_count([])
        partners = self.env["res.partner"].search_count([])
        with self.assertRaisesRegex(UserError, message), self.env.cr.savepoint():
            batch = self._batch(self.sam, content, filename)
            batch.action_preview()
            if batch.state == "mapping" and batch.message:
                raise UserError(batch.message)
        self.assertEqual(self.env["crm.import.batch"].search_count([]), before)
        self.assertEqual(self.env["res.partner"].search_count([]), partners)

    def test_zip_bomb(self):
        """A sheet that unpacks to gigabytes is refused unread. Covers: B18."""
        zeros = b" " * (64 * 1024 * 1024)
        bomb = rezip(
            workbook([HEAD, ROW]),
            {
                SHEET: lambda data: data.replace(
                    b"</sheetData>", zeros + b"</sheetData>"
                )
            },
        )
        self.assertLess(len(bomb), 200_000)
        self._refused(bomb, "excessive size")

    def test_bomb_of_many_parts(self):
        """So is one of thousands of parts."""
        parts = {f"xl/x{index}.bin": b"x" for index in range(2_100)}
        self._refused(rezip(workbook([HEAD, ROW]), add=parts), "excessive size")

    def test_lying_about_the_size(self):
        """A part is cut off at the size that it declares."""
        content = workbook([HEAD, ROW] * 200)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = archive.getinfo(SHEET).file_size
        lie = content.replace(size.to_bytes(4, "little"), (99).to_bytes(4, "little"))
        self.assertNotEqual(lie, content)
        self._refused(lie, "incomplete or damaged|no workbook")

    def test_macros(self):
        """Workbooks with macros are refused, whatever their name."""
        macro = rezip(workbook([HEAD, ROW]), add={"xl/vbaProject.bin": b"\xd0\xcf"})
        self._refused(macro, "macros")
        self._refused(macro, "macros", "客户.xlsm")
        types = rezip(
            workbook([HEAD, ROW]),
            {
                "[Content_Types].xml": lambda data: data.replace(
                    b"spreadsheetml.sheet.main+xml",
                    b"ms-excel.sheet.macroEnabled.main+xml",
                )
            },
        )
        self._refused(types, "macros|no workbook")

    def test_external_entities(self):
        """Entities of XML, external or exploding, in any encoding, are refused."""
        attack = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        for part in (SHEET, "xl/sharedStrings.xml", "xl/workbook.xml"):
            for encoding in ("utf-8", "utf-16"):

                def inject(data, encoding=encoding):
                    body = data.decode().partition("?>")[2].replace("诺深", "&a;")
                    return (attack + body).encode(encoding)

                self._refused(
                    rezip(workbook([HEAD, ROW]), {part: inject}), "declarations"
                )

    def test_late_entity(self):
        """A declaration behind a long comment is not resolved either."""
        attack = (
            b"<!--" + b"x" * 5_000 + b"-->"
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        )

        def inject(data):
            head, mark, body = data.partition(b"?>")
            return head + mark + attack + body.replace("诺深".encode(), b"&a;")

        self._refused(
            rezip(workbook([HEAD, ROW]), {"xl/sharedStrings.xml": inject}),
            "no workbook|declarations",
        )

    def test_million_empty_rows(self):
        """Rows without cells cost time and no memory, and are not rows."""
        rows = b"".join(b'<row r="%d"/>' % number for number in range(3, 1_000_000, 5))
        content = rezip(
            workbook([HEAD, ROW]),
            {SHEET: lambda data: data.replace(b"</sheetData>", rows + b"</sheetData>")},
        )
        sheet = reader.open_sheet(content)
        self.assertEqual(len(list(sheet.rows())), 2)

    def test_cell_at_the_end(self):
        """One cell in the last row of a sheet is row 1,048,576, not a million rows."""
        content = rezip(
            workbook([HEAD, ROW]),
            {
                SHEET: lambda data: data.replace(
                    b"</sheetData>",
                    b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is>'
                    b"</c></row></sheetData>",
                )
            },
        )
        rows = list(reader.open_sheet(content).rows())
        self.assertEqual([number for number, _cells in rows], [1, 2, 1_048_576])

    def test_many_columns(self):
        """16,384 columns are refused."""
        wide = [*HEAD, *(f"c{index}" for index in range(4, 16_384))]
        self._refused(workbook([wide, ROW]), "more than 256 columns")
        self._refused(text([wide, ROW]), "more than 256 columns", "客户.csv")

    def test_too_many_rows(self):
        """More rows than can be imported are refused, not cut off."""
        with patch.object(reader, "MAX_ROWS", 5):
            self._refused(text([HEAD, *[ROW] * 20]), "more than 5 rows", "客户.csv")

    def test_too_large(self):
        """So is a file that is too large."""
        with patch.object(reader, "MAX_BYTES", 1024 * 1024):
            content = text([HEAD, *[ROW] * 30_000])
            self._refused(content, "larger than 1 MB", "客户.csv")

    def test_wrong_extension(self):
        """What a file is decides, not its name: text called xlsx is read as text."""
        batch = self._batch(self.sam, text([HEAD, ROW], "gbk"), "客户.xlsx")
        self.assertEqual(batch.detected["encoding"], "gb18030")
        batch = self._batch(self.sam, workbook([HEAD, ROW]), "客户.csv")
        self.assertEqual(batch.column_ids.mapped("header"), HEAD)

    def test_foreign_files(self):
        """Pictures, documents and programs are named as what they are."""
        self._refused(b"%PDF-1.7 " + b"x" * 100, "PDF")
        self._refused(b"\x89PNG\r\n\x1a\n" + b"x" * 100, "PNG")
        self._refused(b"\x7fELF" + b"\x00\x01" * 100, "ELF")
        self._refused(b"MZ\x90\x00\x03\x00\x00\x00" * 50, "EXE")
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("readme.txt", "hello")
        self._refused(stream.getvalue(), "no workbook")
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("content.xml", "<x/>")
        self._refused(stream.getvalue(), "OpenDocument")

    def test_old_excel_and_password(self):
        """xls and workbooks with a password are told apart."""
        ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600
        self._refused(ole, "97-2003", "客户.xls")
        locked = ole + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 100
        self._refused(locked, "password")

    def test_html_as_xls(self):
        """The web pages that systems call xls are told to be saved anew."""
        page = "<html><table><tr><td>客户名称</td></tr></table></html>"
        self._refused(page.encode(), "web page", "客户.xls")
        self._refused(
            b"\xef\xbb\xbf\r\n<TABLE><tr><td>x</td></tr>", "web page", "a.xls"
        )
        self._refused(b'<?xml version="1.0"?><Workbook/>', "web page", "a.xls")

    def test_truncated(self):
        """A file that broke off in transit is refused, wherever it broke."""
        content = workbook([HEAD, *[[*ROW[:3], f"{i}" * 50] for i in range(500)]])
        for share in (0.1, 0.5, 0.9, 0.99):
            self._refused(content[: int(len(content) * share)], "incomplete or damaged")
        middle = len(content) // 3
        broken = content[:middle] + b"\xff" * 400 + content[middle + 400 :]
        self._refused(broken, "incomplete or damaged|no workbook")

    def test_empty(self):
        """Files without anything, or with headings alone, say so."""
        self._refused(b"", "Choose the file|empty", "a.csv")
        self._refused(b" \r\n\r\n", "empty", "a.csv")
        self._refused(workbook([]), "empty")
        self._refused(workbook([HEAD]), "no row below")
        self._refused(text([HEAD]), "no row below", "a.csv")

    def test_huge_cell(self):
        """A cell of megabytes is refused with its row."""
        huge = [ROW[0], "x" * 50_000, "", ""]
        self._refused(text([HEAD, ROW, huge]), "Row 3|row 3", "a.csv")
        giant = "x" * 2_000_000
        self._refused(text([HEAD, ROW, [giant]]), "ow 3", "a.csv")

    def test_open_quotation_mark(self):
        """A quotation mark that is never closed does not swallow the rows behind it."""
        content = '客户名称,备注\n甲公司,好\n"乙公司,差\n丙公司,中\n'.encode("gbk")
        self._refused(content, "quotation mark", "a.csv")

    def test_undecodable(self):
        """Bytes that are text in no encoding say so; a wrong choice too."""
        self._refused(b"a,b\n\xff\xff\xfe\x81,\x80\x80\n" * 9, "encoding", "a.csv")
        with self.assertRaisesRegex(UserError, "encoding"):
            self._batch(self.sam, text([HEAD, ROW], "gbk"), encoding="utf-8")

    def test_cells_without_end(self):
        """A row of a hundred thousand cells is refused while it is read."""
        cells = b"<c><v>1</v></c>" * 100_000
        content = rezip(
            workbook([HEAD, ROW]),
            {
                SHEET: lambda data: data.replace(
                    b"</sheetData>", b"<row>" + cells + b"</row></sheetData>"
                )
            },
        )
        with patch.object(workbook_reader, "MAX_RATIO", 10_000):
            self._refused(content, "excessive size")

    def test_formulas(self):
        """Formulas count by the result in the file; without one the row says so."""
        rows = [
            HEAD,
            ["甲公司", "张三", "13800138000", ("=1+1", None, 2)],
            ["乙公司", "李四", "13800138001", ("=1+1", None, "")],
        ]
        batch = self._batch(self.sam, workbook(rows), "客户.xlsx")
        batch.action_preview()
        self.assertEqual(self._states(batch), {2: "ready", 3: "error"})
        self.assertIn("formula without a result", self._notes(batch)[3])

    def test_injected_formulas(self):
        """What would be a command in a spreadsheet stays text, in and out."""
        evil = "=cmd|'/C calc'!A0"
        batch = self._import(
            self.sam,
            [HEAD, [evil, "+张三", "13800138000", "@SUM(1)"], ["甲", "x", "abc", evil]],
        )
        customer = self._partner(evil)
        self.assertEqual(customer.child_ids.name, "+张三")
        content = base64.b64decode(batch.error_file)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            sheet = archive.read(SHEET)
        self.assertNotIn(b"<f>", sheet)
        self.assertIn(b"calc", sheet)

    def test_script_in_a_cell(self):
        """Markup in a cell is text on the page."""
        self._import(self.sam, [HEAD, ["丁公司", "", "", "<script>alert(1)</script>"]])
        self.assertIn("&lt;script&gt;", self._partner("丁公司").comment)

    def test_messages_are_translated(self):
        """Whoever works in Chinese is told in Chinese."""
        self.sam.lang = "zh_CN"
        batch = self.env["crm.import.batch"].with_user(self.sam)
        with self.assertRaises(UserError) as caught:
            batch.with_context(lang="zh_CN").create(
                {
                    "profile_id": self.env.ref(
                        "crm_base.crm_import_profile_customer"
                    ).id,
                    "filename": "a.xlsx",
                    "file": base64.b64encode(b"%PDF-1.7"),
                }
            )
        self.assertNotIn("whatever its name says", str(caught.exception))
