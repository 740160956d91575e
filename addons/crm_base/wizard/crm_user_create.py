import base64
import csv
import io
import zipfile

from openpyxl import load_workbook

from odoo import fields, models
from odoo.exceptions import UserError

# A table of people is small; what is not is something else
MAX_BYTES = 5_000_000
MAX_UNPACKED = 50_000_000
MAX_ROWS = 2000
COLUMNS = ("name", "login", "phone", "email", "role", "team")
# how the columns are called in the first line of a table, if it has one
HEADINGS = {
    "name": {"name", "姓名", "名字"},
    "login": {"login", "log-in", "账号", "帳號", "登录名", "登入帳號", "用户名"},
    "phone": {"phone", "mobile", "电话", "電話", "手机", "手机号", "行動電話"},
    "email": {"email", "e-mail", "邮箱", "电子邮件", "電子郵件"},
    "role": {"role", "角色"},
    "team": {"team", "团队", "團隊", "部门", "部門"},
}


class CrmUserCreate(models.TransientModel):
    """Makes accounts from a table that was pasted or uploaded."""

    _name = "crm.user.create"
    _description = "Create Accounts"

    text = fields.Text(
        "Table",
        help="One person a line: name, log-in, phone, e-mail, role, team. Paste from a"
        " spreadsheet; a first line with the names of the columns may give another"
        " order.",
    )
    file = fields.Binary("Spreadsheet", attachment=False)
    file_name = fields.Char()
    line_ids = fields.One2many("crm.user.create.line", "wizard_id", "Result")
    summary = fields.Char(readonly=True)
    is_done = fields.Boolean(readonly=True)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_preview(self):
        """Check the table and show what would be done; return the action (dict)."""
        return self._crm_run(dry_run=True)

    def action_create_accounts(self):
        """Create the accounts and show what was done; return the action (dict).

        :raise AccessError: by anybody but the boss
        :raise UserError: no table, or one that cannot be read
        """
        return self._crm_run(dry_run=False)

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_run(self, dry_run):
        self.ensure_one()
        result = self.env["res.users"].create_accounts(
            self._crm_rows(), dry_run=dry_run
        )
        self.line_ids.unlink()
        self.write(
            {
                "line_ids": [
                    fields.Command.create(
                        {
                            "row": line["row"],
                            "login": line["login"],
                            "status": line["status"],
                            "message": line["message"],
                            "link": line["link"],
                        }
                    )
                    for line in result["rows"]
                ],
                "is_done": not dry_run,
                "summary": self.env._(
                    "%(created)s new, %(existing)s there already, %(failed)s with"
                    " errors",
                    **{
                        name: result[name] for name in ("created", "existing", "failed")
                    },
                ),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Create Accounts"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _crm_rows(self):
        """Return the table as rows for ``create_accounts``, a list of dicts."""
        cells = self._crm_file_cells() if self.file else self._crm_text_cells()
        cells = [[str(cell or "").strip() for cell in row] for row in cells]
        cells = [row for row in cells if any(row)]
        if not cells:
            raise UserError(self.env._("Paste a table, or choose a spreadsheet."))
        columns = self._crm_columns(cells[0])
        if columns:
            cells = cells[1:]
        else:
            columns = dict(enumerate(COLUMNS))
        return [
            {columns[index]: cell for index, cell in enumerate(row) if index in columns}
            for row in cells
        ]

    def _crm_columns(self, first):
        """Return the column names by index (dict) if this is a line of headings."""
        found = {}
        for index, cell in enumerate(first):
            for name, headings in HEADINGS.items():
                if cell.lower() in headings:
                    found[index] = name
        return found if {"name", "login"} <= set(found.values()) else {}

    def _crm_text_cells(self):
        text = self.text or ""
        delimiter = next((one for one in "\t,，;" if one in text), "\t")
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))[: MAX_ROWS + 2]

    def _crm_file_cells(self):
        content = base64.b64decode(self.file)
        if len(content) > MAX_BYTES:
            raise UserError(self.env._("This file is too large for a table of people."))
        try:
            if content[:2] != b"PK":
                return self._crm_csv_cells(content)
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                unpacked = sum(entry.file_size for entry in archive.infolist())
            if unpacked > MAX_UNPACKED:
                raise ValueError("too large when unpacked")
            book = load_workbook(
                io.BytesIO(content), read_only=True, data_only=True, keep_links=False
            )
            rows = book.worksheets[0].iter_rows(
                max_row=MAX_ROWS + 2, max_col=20, values_only=True
            )
            return list(rows)
        except UserError:
            raise
        # whatever a broken file makes the reader raise, it is the file's fault
        except Exception as error:  # pylint: disable=broad-except
            raise UserError(
                self.env._("This file cannot be read. Save it as xlsx or CSV.")
            ) from error

    def _crm_csv_cells(self, content):
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            delimiter = next((one for one in "\t,;" if one in text), ",")
            rows = csv.reader(io.StringIO(text), delimiter=delimiter)
            return list(rows)[: MAX_ROWS + 2]
        raise ValueError("neither UTF-8 nor GB18030")
