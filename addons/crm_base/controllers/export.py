"""Exports of lists: the doors of the web client, all through the same rules."""

import hashlib
import json
import logging
from typing import NamedTuple

import psycopg2
from werkzeug.exceptions import InternalServerError
from werkzeug.wsgi import wrap_file

from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request
from odoo.tools import osutil

from odoo.addons.web.controllers.export import (
    CSVExport,
    ExcelExport,
    GroupExportXlsxWriter,
)

from ..models.crm_export import EXPORT_KEY, ExportNote
from ..tools.export_files import Column, digest, mark, write_csv, write_xlsx
from ..tools.export_pdf import write_pdf
from ..tools.export_rows import rows

_logger = logging.getLogger(__name__)

# a printed list is read by people, and laid out in memory
PDF_ROWS = 500
PDF_COLUMNS = 16


class Order(NamedTuple):
    """What the web client wants to have in the file.

    :ivar model: an empty recordset of the model, in the client's context
    :ivar records: the records, in the order of the rows
    :ivar list columns: Columns
    :ivar list domain: as it was asked for, or the chosen ids
    :ivar bool import_compat: whether the file is to be imported again
    :ivar str title: what the list is called on the screen
    """

    model: object
    records: object
    columns: list
    domain: list
    import_compat: bool
    title: str


class SafeGroupWriter(GroupExportXlsxWriter):
    """Odoo's workbook of groups, with texts as texts and with a watermark."""

    def __init__(self, fields, columns_headers, row_count, watermark):
        super().__init__(fields, columns_headers, row_count)
        self.watermark = watermark
        self.last_row = 0
        mark(self.workbook, self.worksheet, watermark)

    # pylint: disable-next=method-required-super; cells of a sheet, not of a model
    def write(self, row, column, cell_value, style=None):
        self.last_row = max(self.last_row, row)
        if isinstance(cell_value, str):
            self.worksheet.write_string(row, column, cell_value, style)
        else:
            self.worksheet.write(row, column, cell_value, style)

    def close(self):
        self.write(self.last_row + 1, 0, self.watermark.text)
        return super().close()


class CrmExport:
    """What the three formats share."""

    def _crm_answer(self, data, kind):
        """Return the response to an export; failures are told as the client reads them.

        Conflicts with other transactions go on to Odoo, which tries again.
        """
        try:
            return self._crm_export(json.loads(data), kind)
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            if not isinstance(error, UserError):
                _logger.exception("An export failed")
            payload = json.dumps(
                {
                    "code": 0,
                    "message": "Odoo Server Error",
                    "data": http.serialize_exception(error),
                }
            )
            raise InternalServerError(payload) from error

    def _crm_export(self, params, kind):
        """Read, check, write, log: in this order, in one transaction."""
        export = request.env["crm.export"]
        export._crm_check_right()
        order = self._crm_order(params, PDF_ROWS if kind == "pdf" else None)
        is_grouped = (
            params.get("groupby") and not order.import_compat and kind == "xlsx"
        )
        reference = export._crm_reference()
        watermark = export._crm_watermark(reference, not order.import_compat)
        if is_grouped:
            return self._crm_export_groups(params, order, reference, watermark)
        export._crm_check_rows(len(order.records))
        file = self._crm_write(order, kind, watermark)
        file_hash, size = digest(file)
        name = self._crm_file_name(order, kind)
        request.env["crm.export.log"]._crm_log(
            order.model,
            kind,
            len(order.records),
            reference=reference,
            columns=", ".join(column.path for column in order.columns),
            domain=str(order.domain),
            file_name=name,
            file_size=size,
            file_hash=file_hash,
        )
        return self._crm_send(file, name, kind, size)

    def _crm_order(self, params, maximum=None):
        """Return the Order of a request, with everything in it checked."""
        export = request.env["crm.export"]
        import_compat = bool(params.get("import_compat"))
        context = {**(params.get("context") or {}), "import_compat": import_compat}
        name = params.get("model")
        if name not in request.env:
            raise UserError(request.env._("There is no list %(name)s.", name=name))
        model = request.env[name].with_context(**context)
        model.check_access("read")
        columns = [
            Column(
                str(field["name"]),
                str(field["name"] if import_compat else field["label"]).strip(),
                str(field.get("type") or ""),
            )
            for field in params.get("fields") or []
            if field["name"] != "id" or model._is_an_ordinary_table()
        ]
        export._crm_check_columns(model, [column.path for column in columns])
        if ids := params.get("ids"):
            records = model.browse(dict.fromkeys(map(int, ids))).exists()
            records.check_access("read")
            domain = [("id", "in", records.ids)]
        else:
            domain = params.get("domain") or []
            records = model.search(domain, order=params.get("order") or None)
        if maximum and len(records) > maximum:
            export._crm_check_rows(len(records), maximum)
        title = str(params.get("title") or "").strip()
        # sudo: names of models are not readable for everybody
        title = title or request.env["ir.model"].sudo()._get(name).name
        return Order(model, records, columns, domain, import_compat, title)

    def _crm_write(self, order, kind, watermark):
        paths = [column.path for column in order.columns]
        values = rows(order.records, paths)
        if kind == "csv":
            return write_csv(order.columns, values, watermark)
        if kind == "pdf":
            if len(order.columns) > PDF_COLUMNS:
                raise UserError(
                    request.env._(
                        "A page holds %(count)s columns at most. Hide some of them, or"
                        " export to Excel.",
                        count=PDF_COLUMNS,
                    )
                )
            return write_pdf(request.env, order, values, watermark)
        return write_xlsx(order.columns, values, watermark, self._crm_decimals())

    def _crm_decimals(self):
        found = request.env["res.currency"]._read_group(
            [], aggregates=["decimal_places:max"]
        )
        return found[0][0] or 2

    def _crm_export_groups(self, params, order, reference, watermark):
        """Let Odoo lay out the groups, and log the workbook that comes out of it."""
        note = ExportNote(watermark)
        request.update_context(**{EXPORT_KEY: note})
        response = self.base(json.dumps(params))
        name = self._crm_file_name(order, "xlsx")
        body = response.get_data()
        request.env["crm.export.log"]._crm_log(
            order.model,
            "xlsx",
            note.rows,
            reference=reference,
            columns=", ".join(column.path for column in order.columns),
            domain=str(order.domain),
            file_name=name,
            file_size=len(body),
            file_hash=hashlib.sha256(body).hexdigest(),
        )
        response.headers["Content-Disposition"] = content_disposition(name)
        return response

    def _crm_file_name(self, order, kind):
        day = (
            request.env["crm.export"]._crm_reference().split("-")[0].removeprefix("EX")
        )
        return osutil.clean_filename(f"{order.title} {day}.{kind}")

    def _crm_send(self, file, name, kind, size):
        response = request.make_response(
            wrap_file(request.httprequest.environ, file, 1 << 16),
            headers=[
                ("Content-Disposition", content_disposition(name)),
                ("Content-Type", CONTENT_TYPES[kind]),
                ("Content-Length", str(size)),
            ],
        )
        response.direct_passthrough = True
        response.call_on_close(file.close)
        return response


CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv;charset=utf-8",
    "pdf": "application/pdf",
}


class CrmExcelExport(CrmExport, ExcelExport):
    @http.route()
    def web_export_xlsx(self, data, **kw):
        return self._crm_answer(data, "xlsx")

    def from_group_data(self, fields, columns_headers, groups):
        watermark = request.env.context[EXPORT_KEY].watermark
        with SafeGroupWriter(
            fields, columns_headers, groups.count, watermark
        ) as writer:
            row, column = 1, 0
            for group_name, group in groups.children.items():
                row, column = writer.write_group(row, column, group_name, group)
        return writer.value


class CrmCsvExport(CrmExport, CSVExport):
    @http.route()
    def web_export_csv(self, data, **kw):
        return self._crm_answer(data, "csv")


class CrmPdfExport(CrmExport, http.Controller):
    @http.route("/crm/export/pdf", type="http", auth="user", methods=["POST"])
    def crm_export_pdf(self, data, **kw):
        """Print a list, as the client's exports are asked for.

        :param str data: JSON with ``model``, ``fields``, ``ids`` or ``domain``,
            ``order``, ``title`` and ``context``
        :return: the PDF; failures as JSON that the client shows
        """
        return self._crm_answer(data, "pdf")
