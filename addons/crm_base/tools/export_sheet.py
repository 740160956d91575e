"""A worksheet whose plain rows are written at once instead of cell by cell."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

# what cannot stand in a cell as it is
SPECIAL = re.compile(r"[&<>\x00-\x1f\x7f\ufffe\uffff]|_x[0-9a-fA-F]{4}_|^\s|\s$")
# day 0 of spreadsheets, for all days from FIRST on: there is no 29 February 1900
EPOCH = datetime(1899, 12, 30)
FIRST = datetime(1900, 3, 1)
DAY = 86_400


class RowSheet(Worksheet):
    """A worksheet of a workbook in constant memory that takes whole rows.

    Most of the time of an export goes into what a worksheet does for each cell:
    objects, lists of attributes, checks. A row of texts, numbers and times needs none.
    Rows written otherwise may come before and after.
    """

    def begin_rows(self, width: int) -> None:
        """Write out what was added so far; rows of this many cells follow."""
        self._letters = [xl_col_to_name(number) for number in range(width)]
        self._write_single_row(self.previous_row + 1)

    def write_cells(
        self, row: int, values: Sequence[Any], styles: Sequence[int | None]
    ) -> None:
        """Write a row below all others.

        :param row: its number, from 0
        :param values: str, bool, int, finite float, date, datetime; None for no cell
        :param styles: index of the format of each cell, None for none
        """
        number = row + 1
        parts = [f'<row r="{number}">']
        for letter, value, style in zip(self._letters, values, styles, strict=True):
            if value is None or value == "":
                continue
            look = f' s="{style}"' if style else ""
            kind = value.__class__
            if kind is str:
                if SPECIAL.search(value):
                    value, space = self._special(value)
                else:
                    space = ""
                parts.append(
                    f'<c r="{letter}{number}"{look} t="inlineStr"><is>'
                    f"<t{space}>{value}</t></is></c>"
                )
            elif kind is bool:
                parts.append(
                    f'<c r="{letter}{number}"{look} t="b"><v>{value:d}</v></c>'
                )
            else:
                if kind is datetime or kind is date:
                    value = self._days(value)
                parts.append(f'<c r="{letter}{number}"{look}><v>{value:.16G}</v></c>')
        parts.append("</row>")
        self.fh.write("".join(parts))
        self._check_dimensions(row, len(self._letters) - 1)
        self.previous_row = row + 1

    def _special(self, text: str) -> tuple[str, str]:
        text = self._escape_data(self._escape_control_characters(text))
        is_padded = text[:1].isspace() or text[-1:].isspace()
        return text, ' xml:space="preserve"' if is_padded else ""

    def _days(self, value: date) -> float:
        """Return a time as spreadsheets count it."""
        moment = (
            value
            if isinstance(value, datetime)
            else datetime(value.year, value.month, value.day)
        )
        if moment < FIRST:
            return self._convert_date_time(value)
        return (moment - EPOCH).total_seconds() / DAY
