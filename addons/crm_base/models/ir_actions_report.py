import io

from odoo import api, models
from odoo.exceptions import MissingError

from ..tools.pdf_document import write_document

# the setting by which all documents are printed by Odoo's own templates and engine
ENGINE_PARAMETER = "crm_base.pdf_engine"
STOCK = "stock"


class IrActionsReport(models.Model):
    """Documents of the suite are printed by WeasyPrint, behind Odoo's own reports.

    The engine that Odoo uses drops headers and footers where a distribution packages
    it. Mails, the portal and the print menu all come here.
    """

    _inherit = "ir.actions.report"

    @api.model
    def _crm_document_templates(self):
        """Hook: return which reports are documents of the suite.

        Call ``super()`` and add yours.

        :return: dict of ``report_name`` to the external id of a template, which makes a
            whole page of HTML of ``doc``
        """
        return {}

    def _crm_document_template(self, report_ref):
        """Return the template (str) that prints a report here, "" if Odoo does."""
        # sudo: the setting is the administrator's, and decides for everybody
        parameters = self.env["ir.config_parameter"].sudo()
        name = self._get_report(report_ref).report_name
        template = self._crm_document_templates().get(name, "")
        if template and parameters.get_param(ENGINE_PARAMETER) == STOCK:
            return ""
        return template

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        template = res_ids and self._crm_document_template(report_ref)
        if not template:
            return super()._render_qweb_pdf_prepare_streams(
                report_ref, data, res_ids=res_ids
            )
        report = self._get_report(report_ref)
        records = self.env[report.model].browse(res_ids).exists()
        if not records:
            raise MissingError(self.env._("This was deleted in the meantime."))
        streams = {}
        for record in records:
            lang = record._crm_document_lang()
            record = record.with_context(lang=lang)
            values = {"doc": record, "data": data or {}, "lang": lang.replace("_", "-")}
            content = write_document(record.env, template, values)
            streams[record.id] = {"stream": io.BytesIO(content), "attachment": None}
        return streams
