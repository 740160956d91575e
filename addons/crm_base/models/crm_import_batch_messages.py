from odoo import api, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

FILES = {
    "empty": _lt("The file is empty."),
    "too_large": _lt("The file is larger than %(limit)s MB. Split it into several."),
    "too_many_rows": _lt(
        "The file has more than %(limit)s rows. Split it into several."
    ),
    "too_many_columns": _lt(
        "Row %(row)s has more than %(limit)s columns. Delete the empty columns"
        " on the right and save the file again."
    ),
    "huge_cell": _lt(
        "A cell in row %(row)s holds more than %(limit)s characters. Often a"
        " quotation mark is missing there."
    ),
    "broken_row": _lt(
        "Row %(row)s cannot be read: a quotation mark is open or misplaced."
        " Correct it, or save the file as xlsx."
    ),
    "encoding": _lt(
        "The text cannot be read in this encoding. Choose another one, or save"
        " the file as xlsx."
    ),
    "binary": _lt("This is no spreadsheet. Save the data as xlsx or CSV."),
    "foreign": _lt(
        "This is a %(name)s file, whatever its name says. Save the data as xlsx or CSV."
    ),
    "html": _lt(
        "This is a web page with the name of a spreadsheet, as some systems"
        " export them. Open it in Excel and save it as xlsx."
    ),
    "old_excel": _lt(
        "This is a workbook of Excel 97-2003 (xls). Open it in Excel or WPS and"
        " save it as xlsx."
    ),
    "password": _lt(
        "The workbook is protected by a password. Remove the password and"
        " upload it again."
    ),
    "macro": _lt(
        "The workbook contains macros, which are not accepted. Save it as xlsx"
        " (without macros)."
    ),
    "entity": _lt(
        "The workbook contains declarations that no spreadsheet program writes,"
        " and was refused for safety. Copy the data into a new workbook."
    ),
    "bomb": _lt(
        "The workbook unpacks to an excessive size and was refused for safety."
        " Copy the data into a new workbook."
    ),
    "truncated": _lt(
        "The file is incomplete or damaged. Save it once more and upload it again."
    ),
    "not_workbook": _lt(
        "The file is no workbook that can be read. Open it in Excel or WPS and"
        " save it as xlsx."
    ),
    "no_such_sheet": _lt(
        "The workbook has no sheet “%(name)s” with rows. Its sheets: %(names)s"
    ),
}
CELLS = {
    "required": _lt("%(column)s is missing."),
    "formula": _lt(
        "%(column)s: the cell holds a formula without a result. Paste its value."
    ),
    "sheet_error": _lt("%(column)s: the cell holds the error %(value)s."),
    "digits_lost": _lt(
        "%(column)s: the spreadsheet program has shortened the number to"
        " %(value)s, its last digits are lost. Format the column as text and"
        " enter it again."
    ),
    "number": _lt("%(column)s: “%(value)s” is no number."),
    "integer": _lt("%(column)s: “%(value)s” is no whole number."),
    "boolean": _lt("%(column)s: “%(value)s” is neither yes nor no."),
    "date": _lt("%(column)s: “%(value)s” is no date. Write it as 2026-03-05."),
    "phone": _lt("%(column)s: “%(value)s” is no phone number."),
    "email": _lt("%(column)s: “%(value)s” is no e-mail address."),
    "too_long": _lt("%(column)s: longer than %(limit)s characters."),
    "selection": _lt("%(column)s: “%(value)s” is none of the choices: %(options)s"),
    "not_found": _lt("%(column)s: “%(value)s” was not found among those you can see."),
    "ambiguous": _lt(
        "%(column)s: “%(value)s” means %(count)s different ones. Write the"
        " number or the full name."
    ),
}


class CrmImportBatch(models.Model):
    """What is told about files and cells, in the user's language."""

    _inherit = "crm.import.batch"

    @api.model
    def _crm_sheet_message(self, error):
        """Return what is wrong with a file (str), and what to do about it."""
        return self._crm_text(FILES[error.kind]) % error.params

    @api.model
    def _crm_cell_message(self, error, label):
        """Return what is wrong with a cell (str).

        :param error: CellError
        :param str label: what the column is called
        """
        params = {"column": label, **error.params}
        if "value" in params:
            value = str(params["value"])
            params["value"] = value if len(value) <= 60 else value[:60] + "…"
        return self._crm_text(CELLS[error.kind]) % params

    @api.model
    def _crm_text(self, lazy):
        """Return a lazy text (str) in the user's language, as ``env._`` does."""
        return lazy._translate(self.env.lang or "en_US")

    @api.model
    def _crm_kind_labels(self):
        """Return what the kinds of problems are called, a dict."""
        return {
            "required": self.env._("Missing"),
            "formula": self.env._("Formula without result"),
            "sheet_error": self.env._("Error value of the spreadsheet"),
            "digits_lost": self.env._("Digits lost"),
            "number": self.env._("No number"),
            "integer": self.env._("No whole number"),
            "boolean": self.env._("Neither yes nor no"),
            "date": self.env._("No date"),
            "phone": self.env._("No phone number"),
            "email": self.env._("No e-mail address"),
            "too_long": self.env._("Too long"),
            "selection": self.env._("Unknown choice"),
            "not_found": self.env._("Not found"),
            "ambiguous": self.env._("Ambiguous"),
            "history": self.env._("Original author or time"),
            "people": self.env._("Person out of reach"),
            "access": self.env._("Not permitted"),
            "registered": self.env._("Registered by a colleague"),
            "refused": self.env._("Refused when storing"),
        }
