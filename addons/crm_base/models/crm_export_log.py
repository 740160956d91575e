from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.http import request

# so much of a long selection is kept
MAX_TEXT = 4000


class CrmExportLog(models.Model):
    """What left the system, by whom: written by the exports, changed by nobody."""

    _name = "crm.export.log"
    _inherit = ["crm.workflow.mixin"]
    _description = "Export Log"
    _order = "exported_at desc, id desc"
    _rec_name = "reference"

    reference = fields.Char(
        "Export Number",
        required=True,
        help="Stands in the file itself: a file found somewhere tells whose it was.",
    )
    exported_at = fields.Datetime(required=True)
    user_id = fields.Many2one("res.users", "User", index=True, ondelete="set null")
    user_name = fields.Char(required=True)
    model = fields.Char("Technical Name", required=True, index=True)
    model_name = fields.Char("List", required=True)
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
    )
    row_count = fields.Integer("Rows", required=True)
    columns = fields.Text(help="The fields in the file.")
    domain = fields.Text("Filter", help="The search that the rows were found by.")
    file_name = fields.Char()
    file_size = fields.Integer("File Size in Bytes")
    file_hash = fields.Char(
        "SHA-256", help="Proves whether a file is the one that was exported."
    )
    ip_address = fields.Char("IP Address")

    _exported_at_idx = models.Index("(exported_at DESC, id DESC)")

    def _crm_workflow_fields(self):
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.store and name not in models.MAGIC_COLUMNS
        )

    @api.model_create_multi
    def create(self, vals_list):
        if not self._crm_in_workflow():
            raise AccessError(
                self.env._("The export log is written by the system only.")
            )
        return super().create(vals_list)

    # pylint: disable-next=method-required-super; a row is never written
    def write(self, vals):
        raise AccessError(self.env._("The export log cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise AccessError(self.env._("The export log cannot be deleted."))

    @api.model
    def _crm_log(self, model, kind, rows, **values):
        """Append a row for what the user takes away now.

        :param model: a recordset of the exported model
        :param str kind: one of the formats of this model
        :param int rows: number of rows that left
        :param values: of further fields
        :return: the row, as the system sees it
        """
        user = self.env.user
        values = {
            "reference": self.env["crm.export"]._crm_reference(),
            **values,
            "exported_at": fields.Datetime.now(),
            "user_id": user.id,
            "user_name": user.name,
            "model": model._name,
            # sudo: names of models are not readable for everybody
            "model_name": self.env["ir.model"].sudo()._get(model._name).name,
            "kind": kind,
            "row_count": rows,
            "ip_address": request.httprequest.remote_addr if request else False,
        }
        for name in ("columns", "domain"):
            text = values.get(name) or ""
            values[name] = text if len(text) <= MAX_TEXT else text[:MAX_TEXT] + "…"
        # sudo: nobody has the right to create rows; the caller has checked the export
        return self.sudo()._crm_workflow().create(values)
