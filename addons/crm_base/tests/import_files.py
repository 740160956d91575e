"""Spreadsheets for tests of the import, honest ones and others."""

import base64
import csv
import io
import zipfile

import xlsxwriter

from odoo import fields

from .common import CrmCase

# headings of most lists of customers here
HEAD = ["客户名称", "省/州", "联系人", "手机", "级别", "备注"]


def workbook(rows, **sheets):
    """Return an xlsx (bytes) of rows; ``sheets`` are further ones by name."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"strings_to_formulas": False})
    for name, content in {"Sheet1": rows, **sheets}.items():
        sheet = book.add_worksheet(name)
        for index, row in enumerate(content):
            for column, cell in enumerate(row):
                if isinstance(cell, tuple):
                    sheet.write_formula(index, column, *cell)
                elif cell is not None:
                    sheet.write(index, column, cell)
    book.close()
    return stream.getvalue()


def text(rows, encoding="utf-8", delimiter=","):
    """Return a delimited text file (bytes)."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows(rows)
    return stream.getvalue().encode(encoding)


def rezip(content, replace=None, add=None):
    """Return an xlsx (bytes) with parts replaced or added."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if replace and name in replace:
                data = replace[name](data)
            new.writestr(name, data)
        for name, data in (add or {}).items():
            new.writestr(name, data)
    return stream.getvalue()


class ImportCase(CrmCase):
    """Imports as people make them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.cn")
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.importer = cls.env.ref("crm_base.group_import")
        cls.sam.group_ids += cls.importer

    def _batch(self, user, content, filename="客户.csv", profile="customer", **values):
        """Upload a file; return the import, of its user."""
        if isinstance(content, list):
            content = text(content)
        return (
            self.env["crm.import.batch"]
            .with_user(user)
            .create(
                {
                    "profile_id": self.env.ref(
                        f"crm_base.crm_import_profile_{profile}"
                    ).id,
                    "filename": filename,
                    "file": base64.b64encode(content),
                    **values,
                }
            )
        )

    def _import(self, user, content, **values):
        """Upload, check and import a file at once; return the import."""
        batch = self._batch(user, content, **values)
        batch.action_preview()
        self._run(batch)
        return batch

    def _run(self, batch):
        batch.with_context(queue_job__no_delay=True).action_run()
        batch.invalidate_recordset()
        return batch

    def _undo(self, batch):
        batch.with_context(queue_job__no_delay=True).action_undo()
        batch.invalidate_recordset()
        return batch

    def _states(self, batch):
        return {row.number: row.state for row in batch.row_ids}

    def _notes(self, batch):
        return {row.number: row.note for row in batch.row_ids}

    def _partner(self, name):
        return (
            self.env["res.partner"]
            .with_context(active_test=False)
            .search([("name", "=", name)])
        )

    def _today(self):
        return fields.Date.today()
