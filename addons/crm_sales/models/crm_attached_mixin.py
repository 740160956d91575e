from odoo import api, fields, models
from odoo.exceptions import AccessError


class CrmAttachedMixin(models.AbstractModel):
    """Files on the form itself, read by whoever reads the record.

    What somebody has just uploaded belongs to nothing and is read by nobody else; it is
    tied to the record when that is saved.
    """

    _name = "crm.attached.mixin"
    _description = "Record with Files"

    attachment_ids = fields.One2many(
        "ir.attachment",
        "res_id",
        "Attachments",
        domain=lambda self: [("res_model", "=", self._name)],
    )
    file_ids = fields.Many2many(
        "ir.attachment",
        string="Files",
        compute="_compute_file_ids",
        inverse="_inverse_file_ids",
        exportable=False,
    )

    @api.depends("attachment_ids")
    def _compute_file_ids(self):
        for record in self:
            record.file_ids = record.attachment_ids

    def _inverse_file_ids(self):
        for record in self:
            files, present = record.file_ids, record.attachment_ids
            (present - files).unlink()
            # sudo: whose file it is, before anything is done with it
            new = (files - present).sudo()
            if any(file.res_id or file.create_uid != self.env.user for file in new):
                raise AccessError(
                    self.env._("Only files that you have just uploaded can be added.")
                )
            new.write({"res_model": self._name, "res_id": record.id})

    def _crm_copy_files(self, source):
        """Copy the files of another record that has files to this one."""
        self.ensure_one()
        for file in source.attachment_ids:
            # sudo: whoever reads the source reads its files
            file.sudo().copy({"res_model": self._name, "res_id": self.id})
