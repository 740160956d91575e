import secrets

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.models import fix_import_export_id_paths

from ..tools.export_files import MAX_ROWS, Watermark

GROUP = "base.group_allow_export"
EXPORT_KEY = "crm_export"


class ExportNote:
    """What an export in progress tells the log.

    It travels in the context, where no external call can put one.
    """

    def __init__(self, watermark):
        self.watermark = watermark
        self.rows = 0


class CrmExport(models.AbstractModel):
    """What every door out of the system asks: may this user, these columns, so many?"""

    _name = "crm.export"
    _description = "Rules of Exports"

    @api.model
    def _crm_check_right(self):
        """Let only users go on who were granted exports.

        :raise AccessError: for everybody else
        """
        if not self.env.su and not self.env.user.has_group(GROUP):
            raise AccessError(
                self.env._(
                    "You have no right to export. Ask whoever sets up the accounts of"
                    " your company to grant it."
                )
            )

    @api.model
    def _crm_check_columns(self, model, paths):
        """Refuse columns that do not exist or are not for this user.

        :param model: a recordset of the exported model
        :param list paths: fields, a slash for those of related records
        :raise AccessError: names the first column that may not leave
        :raise UserError: when a column does not exist, or there is none
        """
        if not paths:
            raise UserError(self.env._("Choose at least one column to export."))
        for path in paths:
            current = model
            for name in fix_import_export_id_paths(path):
                if current is None:
                    raise self._crm_unknown(path)
                current = self._crm_check_column(current, name, path)

    @api.model
    def _crm_check_column(self, model, name, path):
        """Check one step of a path; return the model that it leads to, or None."""
        if name in ("id", ".id"):
            return None
        field = model._fields.get(name.split(".")[0])
        if field is None:
            raise self._crm_unknown(path)
        if not field.exportable or not model._has_field_access(field, "read"):
            raise AccessError(
                self.env._("The column %(column)s may not be exported.", column=path)
            )
        return model.env[field.comodel_name] if field.relational else None

    @api.model
    def _crm_unknown(self, path):
        return UserError(self.env._("There is no column %(column)s.", column=path))

    @api.model
    def _crm_check_rows(self, rows, maximum=MAX_ROWS - 2):
        """Refuse more rows (int) than a file holds or the user may take today.

        :raise UserError: says the limit
        """
        if rows > maximum:
            raise UserError(
                self.env._(
                    "This file holds %(maximum)s rows at most. Narrow the list, or"
                    " choose another format.",
                    maximum=maximum,
                )
            )
        if not self.env.su:
            self.env["crm.export.quota"]._crm_reserve(rows)

    @api.model
    def _crm_reference(self):
        """Return the number (str) that stands in the file and in the log."""
        day = fields.Date.context_today(self)
        return f"EX{day:%Y%m%d}-{secrets.token_hex(4).upper()}"

    @api.model
    def _crm_watermark(self, reference, is_visible=True):
        """Return the Watermark of a file that the user makes now."""
        user = self.env.user
        now = fields.Datetime.context_timestamp(self, fields.Datetime.now())
        return Watermark(
            self.env._(
                "Exported by %(name)s (%(login)s) on %(time)s, number %(number)s",
                name=user.name,
                login=user.login,
                time=f"{now:%Y-%m-%d %H:%M:%S}",
                number=reference,
            ),
            user.name,
            is_visible,
        )
