from odoo import fields, models


class CrmImportColumn(models.Model):
    """A column of a file, and what it is imported into."""

    _name = "crm.import.column"
    _description = "Column of an Import"
    _order = "batch_id, index, id"

    batch_id = fields.Many2one(
        "crm.import.batch", required=True, ondelete="cascade", index=True, readonly=True
    )
    profile_id = fields.Many2one(related="batch_id.profile_id")
    index = fields.Integer(required=True, readonly=True)
    header = fields.Char("Column in the File", readonly=True)
    examples = fields.Char(readonly=True)
    target_id = fields.Many2one(
        "crm.import.profile.column",
        "Imported As",
        domain="[('profile_id', '=', profile_id)]",
        ondelete="set null",
        help="Empty: the column is left out.",
    )

    def write(self, vals):
        result = super().write(vals)
        if "target_id" in vals:
            # what was checked was checked with another meaning of the columns
            self.batch_id._crm_mapping_changed()
        return result
