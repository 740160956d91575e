"""What employees reach: the preview of a draft, and the workbook of answers."""

from odoo import http
from odoo.http import content_disposition, request
from odoo.tools import osutil

from odoo.addons.crm_base.tools.export_files import Column, digest, write_xlsx

from .public import render_page

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _is_read_only(_controller, _rule, _arguments):
    return False


class CrmWebFormStaff(http.Controller):
    @http.route(
        "/crm/form/preview/<int:form_id>",
        type="http",
        auth="user",
        methods=["GET"],
        sitemap=False,
        readonly=True,
    )
    def crm_form_preview(self, form_id, **_parameters):
        """Show a draft by the same page; the designer sends it what changes."""
        form = request.env["crm.web.form"].browse(form_id).exists()
        if not form or not form.has_access("write"):
            return request.not_found()
        return render_page(form, form._crm_preview_page(), "'self'")

    @http.route(
        "/crm/form/results/<int:form_id>.xlsx",
        type="http",
        auth="user",
        methods=["GET"],
        sitemap=False,
        readonly=_is_read_only,
    )
    def crm_form_results(self, form_id, **_parameters):
        """Send the answers that the user may read as a workbook."""
        form = request.env["crm.web.form"].browse(form_id).exists()
        if not form or not form.has_access("read"):
            return request.not_found()
        export = request.env["crm.export"]
        export._crm_check_right()
        domain = [("form_id", "=", form.id)]
        answers = request.env["crm.web.form.answer"].search(domain)
        export._crm_check_rows(len(answers))
        questions = form._crm_columns()
        env = request.env
        columns = [
            Column("id", env._("Number"), "integer"),
            Column("create_date", env._("Time"), "datetime"),
            Column("state", env._("Status"), "char"),
            Column("contact", env._("Contact"), "char"),
            Column("user_id", env._("Salesperson"), "char"),
            *(Column(part["id"], part["label"], "char") for part in questions),
        ]
        reference = export._crm_reference()
        file = write_xlsx(
            columns,
            form._crm_export_rows(answers, questions),
            export._crm_watermark(reference),
        )
        file_hash, size = digest(file)
        name = osutil.clean_filename(f"{form.name} {reference}.xlsx")
        env["crm.export.log"]._crm_log(
            answers,
            "xlsx",
            len(answers),
            reference=reference,
            columns=", ".join(column.label for column in columns),
            domain=str(domain),
            file_name=name,
            file_size=size,
            file_hash=file_hash,
        )
        with file:
            body = file.read()
        return request.make_response(
            body,
            [
                ("Content-Type", XLSX),
                ("Content-Disposition", content_disposition(name)),
            ],
        )
