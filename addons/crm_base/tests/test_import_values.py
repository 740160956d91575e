from datetime import date, datetime

from odoo.tests import BaseCase, tagged

from ..tools.sheets import CellError, open_sheet
from ..tools.sheets.values import (
    cell_text,
    to_boolean,
    to_code,
    to_date,
    to_datetime,
    to_integer,
    to_number,
)
from .import_files import text, workbook

ROWS = [
    ["客户名称", "手机", "备注"],
    ["北京诺深科技有限公司", "13800138000", "你好，世界"],
]


@tagged("post_install", "-at_install")
class TestImportValues(BaseCase):
    """What files say, as people in China write and save them."""

    def test_encodings(self):
        """Every encoding that Excel, WPS and others save is recognised. Covers: B18."""
        for encoding, found in {
            "gbk": "gb18030",
            "gb18030": "gb18030",
            "utf-8": "utf-8",
            "utf-8-sig": "utf-8-sig",
            "utf-16": "utf-16",
            "utf-16-le": "utf-16-le",
            "utf-16-be": "utf-16-be",
        }.items():
            for delimiter in (",", "\t", ";", "|"):
                sheet = open_sheet(text(ROWS, encoding, delimiter))
                self.assertEqual((sheet.encoding, sheet.delimiter), (found, delimiter))
                self.assertEqual([cells for _n, cells in sheet.rows()], ROWS)

    def test_rare_characters(self):
        """Characters of GB18030 that GBK lacks, in names of people, are kept."""
        rows = [["姓名", "备注"], ["𠮷𤋮", "䶮䲜 €"]]
        self.assertEqual(
            [cells for _n, cells in open_sheet(text(rows, "gb18030")).rows()], rows
        )

    def test_traditional(self):
        """Big5 is told from GBK."""
        rows = [
            ["客戶名稱", "聯絡人", "備註"],
            ["臺北科技股份有限公司", "陳大文", "您好嗎"],
        ]
        sheet = open_sheet(text(rows, "big5"))
        self.assertEqual(sheet.encoding, "big5")
        self.assertEqual([cells for _n, cells in sheet.rows()], rows)

    def test_workbook(self):
        """Cells come as what they are, rows with the numbers that Excel shows."""
        sheet = open_sheet(workbook([["a", None, "c"], [], [1, 2.5, True]]))
        self.assertEqual(
            list(sheet.rows()), [(1, ["a", None, "c"]), (3, [1, 2.5, True])]
        )

    def test_lines_in_cells(self):
        """A cell of several lines is one cell of one row."""
        sheet = open_sheet(text([["a", "b"], ["x\ny", "z"], ["u", "v"]]))
        self.assertEqual([number for number, _cells in sheet.rows()], [1, 2, 3])

    def test_dates(self):
        """Dates in every form that people use."""
        day = date(2026, 3, 5)
        for written in (
            "2026年3月5日",
            "2026年03月05日 星期四",
            "2026/3/5",
            "2026-03-05",
            "2026.3.5",
            "20260305",
            "26-3-5",
            "二〇二六年三月五日",
            "２０２６／３／５",
            46086,
            "46086",
            46086.0,
            datetime(2026, 3, 5, 9),
            day,
        ):
            self.assertEqual(to_date(written), day, written)
        self.assertEqual(to_date("二零二六年十二月三十一日"), date(2026, 12, 31))
        for wrong in ("3月5日", "2026-13-01", "2026/2/30", "明天", 12, "x", "1/2"):
            with self.assertRaises(CellError, msg=wrong):
                to_date(wrong)

    def test_times(self):
        """Times with the words around them."""
        moment = datetime(2026, 3, 5, 14, 30)
        for written in (
            "2026-03-05 14:30",
            "2026-03-05T14:30:00",
            "2026年3月5日 14时30分",
            "2026年3月5日下午2点30分",
            "2026/3/5 2:30 PM",
            46086.604166666664,
        ):
            self.assertEqual(to_datetime(written), moment, written)

    def test_numbers(self):
        """Numbers with the signs around them."""
        for written, number in {
            "1,234.5": 1234.5,
            "１，２３４": 1234,
            "12万": 120_000,
            "1.5亿": 150_000_000,
            "3千": 3_000,
            "￥1,200.00": 1200,
            "1200元": 1200,
            "12.5%": 0.125,
            "(300)": -300,
            "-7": -7,
        }.items():
            self.assertAlmostEqual(to_number(written), number, msg=written)
        self.assertEqual(to_integer("3"), 3)
        for wrong in ("abc", "12人", "1.2.3", "NaN万"):
            with self.assertRaises(CellError, msg=wrong):
                to_number(wrong)
        with self.assertRaises(CellError):
            to_integer("3.5")

    def test_codes(self):
        """Numbers that are names are exact, or refused."""
        for written in (
            13800138000,
            13800138000.0,
            "13800138000.0",
            "13800138000",
            "'13800138000",
            "１３８００１３８０００",
            "1.3800138000E+10",
        ):
            self.assertEqual(to_code(written), "13800138000", written)
        for lost in ("1.38E+10", "1.38e10", 9.11e17, "6.22E+18"):
            with self.assertRaises(CellError) as caught:
                to_code(lost)
            self.assertEqual(caught.exception.kind, "digits_lost")

    def test_booleans(self):
        """Yes and no."""
        for yes in ("是", "有", "√", "Y", "yes", "TRUE", 1, True):
            self.assertIs(to_boolean(yes), True, yes)
        for no in ("否", "无", "×", "N", "no", "FALSE", 0, False):
            self.assertIs(to_boolean(no), False, no)
        with self.assertRaises(CellError):
            to_boolean("也许")

    def test_text(self):
        """What a cell shows, without what nobody sees."""
        self.assertEqual(cell_text(" 甲\u200b公司\ufeff "), "甲公司")
        self.assertEqual(cell_text(5.0), "5")
        self.assertEqual(cell_text(None), "")
        for error in ("#N/A", "#REF!", float("nan")):
            with self.assertRaises(CellError):
                cell_text(error)
