from odoo import api, fields, models

# so much of a long selection is kept
MAX_TEXT = 4000


class CrmExportLog(models.Model):
    """What left the system: each file, whose it is and how to know it again."""

    _name = "crm.export.log"
    _inherit = ["crm.log.mixin"]
    _description = "Export Log"
    _rec_name = "reference"
    _crm_keep_parameter = "crm_base.operation_log_days"

    reference = fields.Char(
        "Export Number",
        required=True,
        readonly=True,
        help="Stands in the file itself: a file found somewhere tells whose it was.",
    )
    model = fields.Char("Technical Name", required=True, readonly=True, index=True)
    model_name = fields.Char("List", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("xlsx", "Excel"),
            ("csv", "CSV"),
            ("pdf", "PDF"),
            ("pivot", "Pivot Table"),
            ("vcard", "Address Cards"),
            ("api", "API"),
        ],
        "Format",
        required=True,
        readonly=True,
    )
    row_count = fields.Integer("Number of Rows", required=True, readonly=True)
    columns = fields.Text(readonly=True, help="The fields in the file.")
    domain = fields.Text(
        "Filter", readonly=True, help="The search that the rows were found by."
    )
    file_name = fields.Char(readonly=True)
    file_size = fields.Integer("File Size in Bytes", readonly=True)
    file_hash = fields.Char(
        "SHA-256",
        readonly=True,
        help="Proves whether a file is the one that was exported.",
    )

    _logged_at_idx = models.Index("(logged_at DESC, id DESC)")

    @api.model
    def _crm_log(self, model, kind, rows, **values):
        """Append a row for what the user takes away now.

        :param model: a recordset of the exported model
        :param str kind: one of the formats of this model
        :param int rows: number of rows that left
        :param values: of further fields
        :return: the row, as the system sees it
        """
        # sudo: what a model is called is no secret
        model_name = self.env["ir.model"].sudo()._get(model._name).name
        values = {
            "reference": self.env["crm.export"]._crm_reference(),
            **values,
            **self._crm_log_author(),
            "model": model._name,
            "model_name": model_name,
            "kind": kind,
            "row_count": rows,
        }
        for name in ("columns", "domain"):
            text = values.get(name) or ""
            values[name] = text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"
        self.env["crm.operation.log"]._crm_log(
            "export",
            self.env._(
                "%(list)s, number %(number)s",
                list=model_name,
                number=values["reference"],
            ),
            model._name,
            count=rows,
        )
        # sudo: nobody has the right to create rows; the caller has checked the export
        return self.sudo()._crm_workflow().create(values)

    @api.autovacuum
    def _gc_export_log(self):
        return self._crm_gc()
