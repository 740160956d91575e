from odoo import api, models
from odoo.exceptions import UserError

# what an attachment is about; the rest is bookkeeping of Odoo
CONTENT = frozenset(
    {"datas", "raw", "db_datas", "name", "res_model", "res_id", "type", "url"}
)


class IrAttachment(models.Model):
    """Files of what is being approved stay as they were when it was submitted."""

    _inherit = "ir.attachment"

    def write(self, vals):
        if not CONTENT.isdisjoint(vals):
            self._crm_check_evidence()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_evidence(self):
        self._crm_check_evidence()

    def _crm_check_evidence(self):
        """Refuse to change or delete files of documents that are being approved.

        What was added since then is not among what was submitted.

        :raise UserError: names the file
        """
        names = self.env["crm.approval.rule"]._crm_models()
        # sudo: whether the document is being approved
        files = self.sudo().filtered(
            lambda file: file.res_id and not file.res_field and file.res_model in names
        )
        for name, theirs in files.grouped("res_model").items():
            documents = self.env[name].sudo().browse(theirs.mapped("res_id")).exists()
            pending = {
                document.id: document.approval_id.submitted_at
                for document in documents
                if document.approval_state == "pending"
            }
            for file in theirs:
                submitted = pending.get(file.res_id)
                if submitted and file.create_date.replace(microsecond=0) <= submitted:
                    raise UserError(
                        self.env._(
                            "%(file)s belongs to what is being approved. Withdraw it"
                            " first.",
                            file=file.name,
                        )
                    )
