import io

import xlsxwriter

from odoo import models

# lists up to this length are offered in the cells
CHOICES = 300
ROWS = 5_000
LISTED = {"crm.dictionary", "crm.territory", "utm.source", "res.partner.category"}


class CrmImportProfile(models.Model):
    """The template of a profile: an empty workbook to fill in and import."""

    _inherit = "crm.import.profile"

    def _crm_template(self):
        """Return the workbook (bytes), in the language of the environment."""
        self.ensure_one()
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        required = book.add_format(
            {"bold": True, "bg_color": "#F4B183", "border": 1, "text_wrap": True}
        )
        plain = book.add_format({"bold": True, "bg_color": "#D9E2F3", "border": 1})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(self._crm_sheet_name(self.name))
        hints = book.add_worksheet(self.env._("How to fill it in"))
        lists = book.add_worksheet("lists")
        lists.hide()
        sheet.freeze_panes(1, 0)
        self._crm_write_hints(hints, plain)
        handler = self._crm_handler()
        columns = self.column_ids.filtered("in_template")
        for index, column in enumerate(columns):
            label = column._crm_label()
            sheet.set_column(index, index, max(12, 2 * len(label) + 4), text)
            head = required if column.required else plain
            sheet.write_string(0, index, label + ("*" if column.required else ""), head)
            field = handler._crm_field(self, column.field)
            options = self._crm_options(field)
            hint = self._crm_hint(column, field, options)
            if hint:
                sheet.write_comment(0, index, hint)
            line = [label, self.env._("yes") if column.required else "", hint]
            hints.write_row(index + 1, 0, line)
            if options and field.type != "many2many":
                lists.write_column(0, index, options)
                name = xlsxwriter.utility.xl_col_to_name(index)
                sheet.data_validation(
                    1,
                    index,
                    ROWS,
                    index,
                    {
                        "validate": "list",
                        "source": f"=lists!${name}$1:${name}${len(options)}",
                        # what is not in the list is said at the import, by row
                        "error_type": "warning",
                    },
                )
        book.close()
        return stream.getvalue()

    def _crm_write_hints(self, hints, head):
        hints.set_column(0, 0, 24)
        hints.set_column(1, 1, 12)
        hints.set_column(2, 2, 90)
        names = [self.env._("Column"), self.env._("Required"), self.env._("How")]
        for index, name in enumerate(names):
            hints.write_string(0, index, name, head)

    def _crm_sheet_name(self, name):
        return "".join(c for c in name if c not in "[]:*?/\\'")[:31] or "Sheet"

    def _crm_options(self, field):
        """Return what a cell may be chosen from, a list of str, empty if free."""
        if field.type == "selection":
            return [label for _key, label in field._description_selection(self.env)]
        if field.type == "boolean":
            return [self.env._("Yes"), self.env._("No")]
        if field.type in ("many2one", "many2many") and field.comodel_name in LISTED:
            domain = field.domain if isinstance(field.domain, list) else []
            records = self.env[field.comodel_name].search(domain, limit=CHOICES)
            return records.mapped("display_name")
        if field.comodel_name == "res.country.state":
            country = self.env.company.country_id
            states = self.env["res.country.state"].search(
                [("country_id", "=", country.id)], limit=CHOICES
            )
            return states.mapped("name")
        return []

    def _crm_hint(self, column, field, options):
        """Return what to write into a column (str)."""
        hints = {
            "date": self.env._("A date, such as 2026-03-05 or 2026年3月5日"),
            "datetime": self.env._("Date and time, such as 2026-03-05 14:30"),
            "integer": self.env._("A whole number"),
            "float": self.env._("A number; 12万 is understood"),
            "monetary": self.env._("An amount; 12万 is understood"),
            "many2many": self.env._("Several are separated by commas"),
        }
        parts = [column.hint or hints.get(field.type, "")]
        if not column.hint and field.comodel_name == "res.users":
            parts.append(self.env._("Name or login of a colleague"))
        if options and field.type != "boolean":
            shown = " / ".join(options[:30])
            parts.append(self.env._("One of: %(options)s", options=shown))
        return "\n".join(filter(None, parts))
