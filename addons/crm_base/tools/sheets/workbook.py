"""Reading xlsx as a stream, with limits on everything that a workbook can blow up."""

import io
import re
import warnings
import zipfile
from datetime import datetime, time
from xml.etree.ElementTree import ParseError, iterparse

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._reader import FORMULA_TAG, ROW_TAG, WorkSheetParser

from .errors import SheetError

MAX_UNPACKED = 400 * 1024 * 1024
MAX_STRINGS = 120 * 1024 * 1024
MAX_ENTRIES = 2_000
# XML of a sheet packs 10 to 60 times; a bomb a thousand times
MAX_RATIO, RATIO_FROM = 200, 8 * 1024 * 1024
MAX_CELLS_PER_ROW = 16_384
FIRST_LOOK = 4_096

CELL_TAG = ROW_TAG.replace("}row", "}c")
SHEET_DATA_TAG = ROW_TAG.replace("}row", "}sheetData")
DECLARATION = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


class Formula:
    """A formula whose result the file does not hold."""

    def __repr__(self):
        return "FORMULA"


FORMULA = Formula()


def is_blank(cell):
    """Return whether a cell holds nothing (bool)."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def read_workbook(content, sheet=""):
    """Open a workbook; return a function that yields its rows, and its sheets' names.

    :param bytes content: the file
    :param str sheet: the sheet to read, the first visible one with cells when empty
    :raise SheetError: not a workbook, or one that is not to be opened
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise SheetError("truncated") from error
    with archive:
        _check_archive(archive)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise SheetError("truncated") from error
    except (InvalidFileException, KeyError, ParseError, ValueError, TypeError) as error:
        raise SheetError("not_workbook") from error
    sheets = [one for one in book.worksheets if one.sheet_state == "visible"]
    filled = [one for one in sheets if _has_rows(one)]
    names = [one.title for one in filled]
    if sheet:
        filled = [one for one in filled if one.title == sheet]
        if not filled:
            raise SheetError("no_such_sheet", name=sheet, names=", ".join(names))
    if not filled:
        raise SheetError("empty")
    return (lambda: _rows(filled[0])), names


def _check_archive(archive):
    """Refuse bombs, macros and declarations of entities by the table of contents."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise SheetError("bomb")
    names = {entry.filename for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise SheetError("password")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise SheetError("macro")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        if "content.xml" in names:
            raise SheetError("foreign", name="OpenDocument")
        raise SheetError("not_workbook")
    # what is read is cut off at the size that is declared here
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise SheetError("bomb")
    for entry in entries:
        packed = max(entry.compress_size, 1)
        if entry.file_size > RATIO_FROM and entry.file_size / packed > MAX_RATIO:
            raise SheetError("bomb")
        name = entry.filename.lower()
        if name.endswith("sharedstrings.xml") and entry.file_size > MAX_STRINGS:
            raise SheetError("bomb")
        if name.endswith((".xml", ".rels")):
            _check_declarations(archive, entry)


def _check_declarations(archive, entry):
    """Refuse XML with a document type: workbooks have none, attacks do."""
    try:
        with archive.open(entry) as stream:
            start = stream.read(FIRST_LOOK)
    except Exception as error:
        # each method of packing has an error class of its own
        raise SheetError("truncated") from error
    if DECLARATION.search(start.replace(b"\x00", b"")):
        raise SheetError("entity")
    if entry.filename == "[Content_Types].xml" and b"macroEnabled" in start:
        raise SheetError("macro")


class _Parser(WorkSheetParser):
    """openpyxl's parser, that forgets each row, and sees formulas without a result."""

    def parse(self):
        """Yield (number, cells as openpyxl's dicts) of each row."""
        root = None
        in_row = 0
        for event, element in iterparse(self.source, events=("start", "end")):
            if event == "start":
                if element.tag == SHEET_DATA_TAG:
                    root = element
                elif element.tag == CELL_TAG:
                    in_row += 1
                    if in_row > MAX_CELLS_PER_ROW:
                        raise SheetError("bomb")
            elif element.tag == ROW_TAG:
                in_row = 0
                yield self.parse_row(element)
                # otherwise the emptied elements of all rows stay in memory
                root.clear()
            elif element.tag == SHEET_DATA_TAG:
                return

    def parse_cell(self, element):
        cell = super().parse_cell(element)
        if cell["value"] is None and element.find(FORMULA_TAG) is not None:
            cell["value"] = FORMULA
        return cell


def _rows(sheet):
    """Yield (number, list of values) of a sheet."""
    for number, cells in _cells(sheet):
        row = []
        for cell in cells:
            value = cell["value"]
            if value is None:
                continue
            gap = cell["column"] - len(row) - 1
            if gap < 0:
                raise SheetError("not_workbook")
            row += [None] * gap
            row.append(_value(value))
        yield number, row


def _value(value):
    if isinstance(value, str):
        return value.strip("\ufeff \t\r\n\x00")
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    return value


def _cells(sheet):
    book = sheet.parent
    try:
        with (
            warnings.catch_warnings(),
            book._archive.open(sheet._worksheet_path) as source,
        ):
            warnings.simplefilter("ignore")
            yield from _Parser(
                source,
                sheet._shared_strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            ).parse()
    except SheetError:
        raise
    except (zipfile.BadZipFile, EOFError, OSError) as error:
        raise SheetError("truncated") from error
    except (ParseError, ValueError, KeyError, IndexError, TypeError) as error:
        raise SheetError("not_workbook") from error


def _has_rows(sheet):
    return any(
        any(not is_blank(cell["value"]) for cell in cells)
        for _number, cells in _cells(sheet)
    )
