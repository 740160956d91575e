import base64
import io
from datetime import date, datetime, time

import xlsxwriter

from odoo import models

from ..tools.import_line import ERROR, SKIPPED
from ..tools.sheets.workbook import FORMULA
from .crm_import_batch_work import _unpacked

BATCH = 2_000


class CrmImportBatch(models.Model):
    """The workbook of rejected rows: as they came, with the reason of each cell."""

    _inherit = "crm.import.batch"

    def _crm_write_errors(self):
        """Keep a workbook of the rows that were not imported, if there are any."""
        self.ensure_one()
        # sudo: the rows of the own import
        rows = self.env["crm.import.row"].sudo()
        domain = [("batch_id", "=", self.id), ("state", "in", (ERROR, SKIPPED))]
        if not rows.search_count(domain, limit=1):
            self._crm_workflow().error_file = False
            return
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(
            stream,
            {
                "constant_memory": True,
                # what begins with = is text, whatever it would do as a formula
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        writer = _ErrorSheet(self, book)
        last = 0
        while chunk := rows.search_fetch(
            [*domain, ("number", ">", last)],
            ["number", "data", "issues", "note", "state"],
            order="number",
            limit=BATCH,
        ):
            for row in chunk:
                writer.add(row)
            last = chunk[-1].number
            chunk.invalidate_recordset()
        book.close()
        self._crm_workflow().error_file = base64.b64encode(stream.getvalue())


class _ErrorSheet:
    """Writes rows as they came, the bad cells marked, the reason in front."""

    def __init__(self, batch, book):
        self.sheet = book.add_worksheet(batch.env._("Rejected rows"))
        self.bad = book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        head = book.add_format({"bold": True, "bg_color": "#E7E6E6", "border": 1})
        extra = book.add_format({"bold": True, "bg_color": "#FFEB9C", "border": 1})
        reason = book.add_format({"text_wrap": True, "valign": "top"})
        self.reason = reason
        headers = [column.header for column in batch.column_ids]
        self.sheet.freeze_panes(1, 0)
        self.sheet.set_column(0, len(headers), 16)
        self.sheet.set_column(len(headers), len(headers), 60)
        self.sheet.set_column(len(headers) + 1, len(headers) + 1, 10)
        for index, header in enumerate(headers):
            self.sheet.write_string(0, index, header, head)
        # named so that nobody's column is meant when the file is imported again
        self.sheet.write_string(0, len(headers), batch.env._("Why rejected"), extra)
        self.sheet.write_string(
            0, len(headers) + 1, batch.env._("Row in the file"), extra
        )
        self.width = len(headers)
        self.line = 0

    def add(self, row):
        """Write one row of the import."""
        self.line += 1
        by_column = {}
        for issue in row.issues or []:
            by_column.setdefault(issue["column"], []).append(issue["message"])
        for index, packed in enumerate(row.data or []):
            texts = by_column.get(index)
            self._cell(index, _unpacked(packed), self.bad if texts else None)
        for index, texts in by_column.items():
            if index is None:
                continue
            if index >= len(row.data or []) or row.data[index] in (None, ""):
                self.sheet.write_blank(self.line, index, None, self.bad)
            self.sheet.write_comment(self.line, index, "\n".join(texts))
        self.sheet.write_string(self.line, self.width, row.note or "", self.reason)
        self.sheet.write_number(self.line, self.width + 1, row.number)

    def _cell(self, index, cell, form):
        if cell is None or cell == "":
            return
        at = self.line, index
        if isinstance(cell, bool):
            self.sheet.write_boolean(*at, cell, form)
        elif isinstance(cell, int | float):
            self.sheet.write_number(*at, cell, form)
        elif isinstance(cell, datetime):
            self.sheet.write_datetime(*at, cell, form or self.moment)
        elif isinstance(cell, date):
            self.sheet.write_datetime(*at, cell, form or self.day)
        elif isinstance(cell, time):
            self.sheet.write_string(*at, cell.isoformat(), form)
        elif cell is FORMULA:
            self.sheet.write_blank(*at, None, form)
        else:
            self.sheet.write_string(*at, str(cell)[:32_000], form)
