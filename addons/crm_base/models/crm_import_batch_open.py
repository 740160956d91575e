import hashlib

from odoo import models
from odoo.exceptions import UserError

from ..tools.sheets import CellError, SheetError, open_sheet
from ..tools.sheets.values import cell_text
from .crm_import_profile_column import plain_label

# a heading stands within the first rows, below a title at most
HEADER_WITHIN = 10
EXAMPLES = 3


class CrmImportBatch(models.Model):
    """Opening a file: what its headings are, and what its columns mean."""

    _inherit = "crm.import.batch"

    def _crm_sheet(self):
        """Return the opened file.

        :raise UserError: says what is wrong with it
        """
        self.ensure_one()
        # the bytes as they were stored, without a detour through base64
        content = self._crm_file_content()
        try:
            return open_sheet(
                content,
                self.filename or "",
                encoding=self.encoding or "",
                delimiter=(self.delimiter or "").replace("\\t", "\t"),
                sheet=self.sheet or "",
            )
        except SheetError as error:
            raise UserError(self._crm_sheet_message(error)) from error

    def _crm_file_content(self):
        self.flush_recordset(["file"])
        # sudo: the file of a record that this user may read
        return (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_field", "=", "file"),
                    ("res_id", "=", self.id),
                ],
                limit=1,
            )
            .raw
            or b""
        )

    def _crm_open_file(self):
        """Read the headings of the file and guess what its columns are."""
        self.ensure_one()
        sheet = self._crm_sheet()
        first = []
        try:
            for number, cells in sheet.rows():
                first.append((number, [_shown(cell) for cell in cells]))
                if len(first) >= HEADER_WITHIN + EXAMPLES and number > self.header_row:
                    break
        except SheetError as error:
            raise UserError(self._crm_sheet_message(error)) from error
        index = self.env["crm.import.profile.column"]._crm_heading_index(
            self.profile_id.id
        )
        number, headings = self._crm_header(first, index)
        examples = [cells for at, cells in first if at > number][:EXAMPLES]
        if not examples:
            raise UserError(self.env._("The file has headings and no row below them."))
        # sudo: rows are the import's own; nobody else has any of them
        self.sudo().row_ids.unlink()
        self.column_ids.unlink()
        self._crm_workflow().write(
            {
                "state": "mapping",
                "header_number": number,
                "file_hash": hashlib.sha256(self._crm_file_content()).hexdigest(),
                "detected": {
                    "encoding": sheet.encoding,
                    "delimiter": sheet.delimiter,
                    "sheets": sheet.names,
                },
                "row_count": 0,
                "preview": False,
                "problems": False,
                "message": self._crm_other_sheets(sheet.names),
                "error_file": False,
            }
        )
        self._crm_make_columns(headings, examples, index)

    def _crm_other_sheets(self, names):
        """Return what to say (str) of a workbook with several sheets, else False."""
        if len(names) < 2:
            return False
        chosen = self.sheet or names[0]
        return self.env._(
            "The workbook has %(count)s sheets with rows; “%(name)s” is imported. The"
            " others: %(others)s",
            count=len(names),
            name=chosen,
            others=", ".join(name for name in names if name != chosen),
        )

    def _crm_header(self, first, index):
        """Return (number, cells) of the row of headings.

        The one with most known headings; without any, the first with the most cells.

        :param list first: (number, texts) of the first rows
        :param dict index: see ``_crm_heading_index``
        """
        if not first:
            raise UserError(self._crm_sheet_message(SheetError("empty")))
        if self.header_row:
            chosen = [one for one in first if one[0] == self.header_row]
            if not chosen:
                raise UserError(
                    self.env._("Row %(number)s is empty.", number=self.header_row)
                )
            return chosen[0]

        def score(row):
            _number, cells = row
            known = sum(bool(_guess(cell, index)) for cell in cells)
            return known, len([cell for cell in cells if cell])

        best = max(first[:HEADER_WITHIN], key=lambda row: (score(row)[0], 0))
        if not score(best)[0]:
            best = max(first[:HEADER_WITHIN], key=lambda row: score(row)[1])
        return best

    def _crm_make_columns(self, headings, examples, index):
        memory = self.env["crm.import.memory"]._crm_recall(self.profile_id)
        handler = self.profile_id._crm_handler()
        width = max(len(headings), *(len(cells) for cells in examples))
        headings = headings + [""] * (width - len(headings))
        seen, used, rows = {}, set(), []
        for position, heading in enumerate(headings):
            shown = heading or self.env._("Column %(number)s", number=position + 1)
            seen[shown] = seen.get(shown, 0) + 1
            if seen[shown] > 1:
                shown = f"{shown} ({seen[shown]})"
            plain = plain_label(heading)
            target = memory[plain] if plain in memory else _guess(heading, index)
            if target in used:
                target = False
            used.add(target)
            cells = [c[position] for c in examples if position < len(c) and c[position]]
            rows.append(
                {
                    "batch_id": self.id,
                    "index": position,
                    "header": shown,
                    "examples": " | ".join(cells)[:200],
                    "target_id": target or False,
                }
            )
        columns = self.env["crm.import.column"].create(rows)
        handler._crm_arrange(
            self, columns.filtered(lambda c: plain_label(c.header) not in memory)
        )


def _shown(cell):
    try:
        return cell_text(cell)
    except CellError:
        return "…"


def _guess(heading, index):
    """Return the id (int) of the column that a heading means, None for none."""
    found = index.get(plain_label(heading))
    if found:
        return found
    for separator in ("/", "／", "、", "\\", "|"):  # noqa: RUF001
        for part in heading.split(separator) if separator in heading else ():
            found = index.get(plain_label(part))
            if found:
                return found
    return None
