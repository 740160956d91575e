"""Reading spreadsheets that people send: row by row, trusting nothing.

No Odoo in here: every refusal is a :class:`SheetError` with a kind and parameters,
which ``crm.import.batch`` turns into a sentence in the user's language.
"""

from .errors import CellError, SheetError
from .reader import MAX_BYTES, MAX_CELL, MAX_COLUMNS, MAX_ROWS, open_sheet

__all__ = [
    "MAX_BYTES",
    "MAX_CELL",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "CellError",
    "SheetError",
    "open_sheet",
]
