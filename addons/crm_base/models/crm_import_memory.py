from odoo import api, fields, models

from .crm_import_profile_column import plain_label


class CrmImportMemory(models.Model):
    """What a person meant by a heading, remembered for the next file."""

    _name = "crm.import.memory"
    _description = "Remembered Column"
    _log_access = False

    user_id = fields.Many2one(
        "res.users", required=True, ondelete="cascade", index=True
    )
    profile_id = fields.Many2one(
        "crm.import.profile", required=True, ondelete="cascade"
    )
    heading = fields.Char(required=True)
    # empty: the person leaves this column out
    target_id = fields.Many2one("crm.import.profile.column", ondelete="cascade")

    _heading_uniq = models.UniqueIndex("(user_id, profile_id, heading)")

    @api.model
    def _crm_recall(self, profile):
        """Return a dict of plain heading to the column meant, of the current user."""
        # sudo: everybody has a memory of the own; nobody reads it directly
        rows = self.sudo().search(
            [("user_id", "=", self.env.uid), ("profile_id", "=", profile.id)]
        )
        return {row.heading: row.target_id.id for row in rows}

    @api.model
    def _crm_remember(self, columns):
        """Keep what the current user made of the columns of a file.

        :param columns: crm.import.column records
        """
        profile = columns.profile_id
        # sudo: as above
        mine = self.sudo()
        rows = {
            row.heading: row
            for row in mine.search(
                [("user_id", "=", self.env.uid), ("profile_id", "=", profile.id)]
            )
        }
        new = {}
        for column in columns:
            heading = plain_label(column.header)
            if heading in rows:
                if rows[heading].target_id != column.target_id:
                    rows[heading].target_id = column.target_id
            elif heading:
                new[heading] = {
                    "user_id": self.env.uid,
                    "profile_id": profile.id,
                    "heading": heading,
                    "target_id": column.target_id.id,
                }
        mine.create(list(new.values()))
