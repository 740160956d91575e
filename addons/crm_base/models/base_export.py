import hashlib
import json

from odoo import api, models

from .crm_export import EXPORT_KEY, ExportNote


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model
    def _get_view_field_attributes(self):
        """Tell the client which columns may leave, so that it does not offer others."""
        return [*super()._get_view_field_attributes(), "exportable"]

    def export_data(self, fields_to_export):
        """Read the given fields as rows; the door of Odoo's exports and of the API.

        :param list fields_to_export: names, a slash for fields of related records
        :return: dict with ``datas``, a list of rows
        :raise AccessError: without the right to export, or for a column that may not
            leave
        :raise UserError: for unknown columns, or beyond the rows allowed in a day
        """
        export = self.env["crm.export"]
        export._crm_check_right()
        export._crm_check_columns(self, fields_to_export)
        export._crm_check_rows(len(self))
        found = super().export_data(fields_to_export)
        note = self.env.context.get(EXPORT_KEY)
        if isinstance(note, ExportNote):
            note.rows = len(self)
        elif not self.env.su:
            text = json.dumps(found["datas"], default=str, ensure_ascii=False)
            self.env["crm.export.log"]._crm_log(
                self,
                "api",
                len(self),
                columns=", ".join(fields_to_export),
                domain=str([("id", "in", self.ids)]),
                file_hash=hashlib.sha256(text.encode()).hexdigest(),
                file_size=len(text.encode()),
            )
        return found
