import io
from datetime import date, datetime

import openpyxl

from odoo.tests import BaseCase, tagged

from ..tools import export_files

WATERMARK = export_files.Watermark("水印 & <x>", "Sam", True)


@tagged("post_install", "-at_install")
class TestExportSheet(BaseCase):
    """What is written row by row is what a spreadsheet reads."""

    def _read(self, rows, types):
        columns = [
            export_files.Column(f"c{number}", f"标题{number}", kind)
            for number, kind in enumerate(types)
        ]
        with export_files.write_xlsx(columns, rows, WATERMARK, decimals=3) as file:
            book = openpyxl.load_workbook(io.BytesIO(file.read()))
        return book.active

    def test_texts(self):
        """Every text comes back as it was, and none is more than a text.

        Covers: B19.
        """
        texts = [
            "诺深科技",
            " padded ",
            "two\nlines",
            'tab\tand " quote',
            "<r><t>x</t></r>",
            "</t></is></c><c><f>1+1</f></c>",
            "a & b < c > d",
            "=1+1",
            "@cmd",
            "_x0041_",
            "\x01bell\x07",
            "😀 emoji",
            "x" * 40_000,
            "0123",
        ]
        sheet = self._read([[text, "end"] for text in texts], ["char", "char"])
        found = [sheet.cell(row, 1) for row in range(2, len(texts) + 2)]
        expected = [*texts]
        # what XML cannot hold is written as spreadsheets write it
        expected[9:11] = ["_x005F_x0041_", "_x0001_bell_x0007_"]
        expected[12] = "x" * 32_766 + "…"
        for cell, text in zip(found, expected, strict=True):
            self.assertIn(cell.value, (text, texts[expected.index(text)]))
            self.assertIn(cell.data_type, ("s", "inlineStr"))
        self.assertEqual(sheet.max_row, len(texts) + 2)
        self.assertEqual(sheet.cell(sheet.max_row, 1).value, WATERMARK.text)

    def test_other_values(self):
        """Numbers, times and yes or no are of their kind, what is empty has no cell.

        Covers: B19.
        """
        rows = [
            [7, 1.5, 2.25, True, date(2026, 2, 28), datetime(2026, 2, 28, 23, 59, 58)],
            [0, 0.0, -3.1, False, date(1900, 1, 1), datetime(1900, 2, 28, 12)],
            ["", None, float("nan"), "", "", b"bytes"],
        ]
        types = ["integer", "float", "monetary", "boolean", "date", "datetime"]
        sheet = self._read(rows, types)
        for number, values in enumerate(rows[:2], 2):
            found = [cell.value for cell in sheet[number]]
            # a spreadsheet has no date without a time
            values[4] = datetime.combine(values[4], datetime.min.time())
            self.assertEqual(found, values)
        self.assertEqual(
            [cell.value for cell in sheet[4]], [None, None, "nan", None, None, "bytes"]
        )
        formats = [cell.number_format for cell in sheet[2]]
        self.assertEqual(formats[1:3], ["#,##0.00", "#,##0.000"])
        self.assertEqual(formats[4:], ["yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"])

    def test_no_rows(self):
        """A list of nothing is the headings and the watermark."""
        sheet = self._read([], ["char", "char"])
        found = [[cell.value for cell in row] for row in sheet.iter_rows()]
        self.assertEqual(found, [["标题0", "标题1"], [WATERMARK.text, None]])
