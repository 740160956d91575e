"""Files of exports: written row by row, harmless to whoever opens them."""

import csv
import hashlib
import io
import math
import tempfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any, NamedTuple

import xlsxwriter

from .export_sheet import RowSheet

# a cell that begins so is a formula for one spreadsheet or another, the full-width
# forms for those of East Asia
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MAX_ROWS = 1_048_576
MAX_TEXT = 32_767
MAX_HEADER = 255
CHUNK = 1 << 16


class Watermark(NamedTuple):
    """Who made a file.

    :ivar str text: user, time and number of the export, for people
    :ivar str user: name of the user
    :ivar bool is_visible: also as the last row; not in files to be imported again
    """

    text: str
    user: str
    is_visible: bool


class Column(NamedTuple):
    """A column of a file.

    :ivar str path: the field
    :ivar str label: the title
    :ivar str type: type of the field, such as ``monetary``
    """

    path: str
    label: str
    type: str


def harmless(value: str) -> str:
    """Return a text that no spreadsheet takes for a formula when it opens a CSV."""
    return f"'{value}" if value.startswith(FORMULA) else value


def write_xlsx(
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    watermark: Watermark,
    decimals: int = 2,
) -> IO[bytes]:
    """Write a workbook of one sheet in constant memory.

    Texts are written as texts, so nothing in them is a formula or a link.

    :param rows: values as :func:`export_rows.rows` reads them
    :param int decimals: decimal places of amounts
    :return: an open temporary file, at its beginning; gone when it is closed
    """
    # the caller closes it
    file = tempfile.TemporaryFile()  # noqa: SIM115
    # a folder of its own, so that nothing is left behind by an export that fails
    with tempfile.TemporaryDirectory() as folder:
        book = xlsxwriter.Workbook(file, {"constant_memory": True, "tmpdir": folder})
        sheet = book.add_worksheet(worksheet_class=RowSheet)
        mark(book, sheet, watermark)
        bold = book.add_format({"bold": True, "bg_color": "#e9ecef"})
        styles = {
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            "float": book.add_format({"num_format": "#,##0.00"}),
            "monetary": book.add_format({"num_format": f"#,##0.{'0' * decimals}"}),
        }
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, len(columns) - 1), 20)
        for number, column in enumerate(columns):
            sheet.write_string(0, number, column.label, bold)
        looks = {key: style._get_xf_index() for key, style in styles.items()}
        numeric = [looks.get(column.type, looks["float"]) for column in columns]
        sheet.begin_rows(len(columns))
        row = 0
        for row, values in enumerate(rows, 1):
            cells, cell_looks = _cells(values, looks, numeric)
            sheet.write_cells(row, cells, cell_looks)
        if watermark.is_visible:
            grey = book.add_format({"italic": True, "font_color": "#808080"})
            sheet.write_string(row + 1, 0, watermark.text, grey)
        book.close()
    file.seek(0)
    return file


def mark(book: Any, sheet: Any, watermark: Watermark) -> None:
    """Put the watermark into the properties and onto the printed pages of a sheet."""
    printed = watermark.text.replace("&", "&&")[: MAX_HEADER - 10]
    sheet.set_header(f"&L{printed}")
    sheet.set_footer("&C&P / &N")
    book.set_properties({"author": watermark.user, "comments": watermark.text})


def write_csv(
    columns: Sequence[Column], rows: Iterable[Sequence[Any]], watermark: Watermark
) -> IO[bytes]:
    """Write a CSV that spreadsheets open in Chinese; arguments as for a workbook."""
    # the caller closes it
    file = tempfile.TemporaryFile()  # noqa: SIM115
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerow([harmless(column.label) for column in columns])
    for values in rows:
        writer.writerow([harmless(_text(value)) for value in values])
    if watermark.is_visible:
        writer.writerow([harmless(watermark.text)])
    text.flush()
    text.detach()
    file.seek(0)
    return file


def digest(file: IO[bytes]) -> tuple[str, int]:
    """Return the SHA-256 (str) and the size in bytes of a file, and rewind it."""
    found = hashlib.sha256()
    size = 0
    while chunk := file.read(CHUNK):
        found.update(chunk)
        size += len(chunk)
    file.seek(0)
    return found.hexdigest(), size


def _short(value: str) -> str:
    return value if len(value) <= MAX_TEXT else value[: MAX_TEXT - 1] + "…"


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return str(value)


def _cells(
    values: Sequence[Any], looks: dict[Any, int], numeric: Sequence[int]
) -> tuple[list[Any], list[int | None]]:
    """Return values as a sheet holds them, and the format of each."""
    cells, styles = [], []
    for value, number_look in zip(values, numeric, strict=True):
        look, kind = None, value.__class__
        if kind is str:
            if len(value) > MAX_TEXT:
                value = _short(value)
        elif kind is datetime or kind is date:
            look = looks[kind]
        elif kind is float and math.isfinite(value):
            look = number_look
        elif value is not None and kind is not bool and kind is not int:
            value = _short(_text(value))
        cells.append(value)
        styles.append(look)
    return cells, styles
