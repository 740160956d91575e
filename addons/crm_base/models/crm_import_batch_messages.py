from odoo import api, models


class CrmImportBatch(models.Model):
    """What is told about files and cells, in the user's language."""

    _inherit = "crm.import.batch"

    @api.model
    def _crm_sheet_message(self, error):
        """Return what is wrong with a file (str), and what to do about it."""
        texts = self._crm_file_texts(error.params)
        texts.update(self._crm_workbook_texts(error.params))
        return texts[error.kind]()

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
        return self._crm_cell_texts(params)[error.kind]()

    @api.model
    def _crm_file_texts(self, params):
        """Return what can be wrong with any file, a dict of kind to function."""
        return {
            "empty": lambda: self.env._("The file is empty.", **params),
            "too_large": lambda: self.env._(
                "The file is larger than %(limit)s MB. Split it into several.", **params
            ),
            "too_many_rows": lambda: self.env._(
                "The file has more than %(limit)s rows. Split it into several.",
                **params,
            ),
            "too_many_columns": lambda: self.env._(
                "Row %(row)s has more than %(limit)s columns. Delete the empty columns"
                " on the right and save the file again.",
                **params,
            ),
            "huge_cell": lambda: self.env._(
                "A cell in row %(row)s holds more than %(limit)s characters. Often a"
                " quotation mark is missing there.",
                **params,
            ),
            "broken_row": lambda: self.env._(
                "Row %(row)s cannot be read: a quotation mark is open or misplaced."
                " Correct it, or save the file as xlsx.",
                **params,
            ),
            "encoding": lambda: self.env._(
                "The text cannot be read in this encoding. Choose another one, or save"
                " the file as xlsx.",
                **params,
            ),
            "binary": lambda: self.env._(
                "This is no spreadsheet. Save the data as xlsx or CSV.", **params
            ),
            "foreign": lambda: self.env._(
                "This is a %(name)s file, whatever its name says. Save the data as xlsx"
                " or CSV.",
                **params,
            ),
            "html": lambda: self.env._(
                "This is a web page with the name of a spreadsheet, as some systems"
                " export them. Open it in Excel and save it as xlsx.",
                **params,
            ),
        }

    @api.model
    def _crm_workbook_texts(self, params):
        """Return what can be wrong with a workbook, a dict of kind to function."""
        return {
            "old_excel": lambda: self.env._(
                "This is a workbook of Excel 97-2003 (xls). Open it in Excel or WPS and"
                " save it as xlsx.",
                **params,
            ),
            "password": lambda: self.env._(
                "The workbook is protected by a password. Remove the password and"
                " upload it again.",
                **params,
            ),
            "macro": lambda: self.env._(
                "The workbook contains macros, which are not accepted. Save it as xlsx"
                " (without macros).",
                **params,
            ),
            "entity": lambda: self.env._(
                "The workbook contains declarations that no spreadsheet program writes,"
                " and was refused for safety. Copy the data into a new workbook.",
                **params,
            ),
            "bomb": lambda: self.env._(
                "The workbook unpacks to an excessive size and was refused for safety."
                " Copy the data into a new workbook.",
                **params,
            ),
            "truncated": lambda: self.env._(
                "The file is incomplete or damaged. Save it once more and upload it"
                " again.",
                **params,
            ),
            "not_workbook": lambda: self.env._(
                "The file is no workbook that can be read. Open it in Excel or WPS and"
                " save it as xlsx.",
                **params,
            ),
            "no_such_sheet": lambda: self.env._(
                "The workbook has no sheet “%(name)s” with rows. Its sheets: %(names)s",
                **params,
            ),
        }

    @api.model
    def _crm_cell_texts(self, params):
        """Return what can be wrong with a cell, a dict of kind to function."""
        return {
            "required": lambda: self.env._("%(column)s is missing.", **params),
            "formula": lambda: self.env._(
                "%(column)s: the cell holds a formula without a result. Paste its"
                " value.",
                **params,
            ),
            "sheet_error": lambda: self.env._(
                "%(column)s: the cell holds the error %(value)s.", **params
            ),
            "digits_lost": lambda: self.env._(
                "%(column)s: the spreadsheet program has shortened the number to"
                " %(value)s, its last digits are lost. Format the column as text and"
                " enter it again.",
                **params,
            ),
            "number": lambda: self.env._(
                "%(column)s: “%(value)s” is no number.", **params
            ),
            "integer": lambda: self.env._(
                "%(column)s: “%(value)s” is no whole number.", **params
            ),
            "boolean": lambda: self.env._(
                "%(column)s: “%(value)s” is neither yes nor no.", **params
            ),
            "date": lambda: self.env._(
                "%(column)s: “%(value)s” is no date. Write it as 2026-03-05.", **params
            ),
            "phone": lambda: self.env._(
                "%(column)s: “%(value)s” is no phone number.", **params
            ),
            "email": lambda: self.env._(
                "%(column)s: “%(value)s” is no e-mail address.", **params
            ),
            "too_long": lambda: self.env._(
                "%(column)s: longer than %(limit)s characters.", **params
            ),
            "selection": lambda: self.env._(
                "%(column)s: “%(value)s” is none of the choices: %(options)s", **params
            ),
            "not_found": lambda: self.env._(
                "%(column)s: “%(value)s” was not found among those you can see.",
                **params,
            ),
            "ambiguous": lambda: self.env._(
                "%(column)s: “%(value)s” means %(count)s different ones. Write the"
                " number or the full name.",
                **params,
            ),
        }

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
