import csv
import io
from collections import Counter

from .encoding import decoder
from .errors import SheetError
from .workbook import is_blank, read_workbook

MAX_BYTES = 50 * 1024 * 1024
MAX_ROWS = 500_000
MAX_COLUMNS = 256
MAX_CELL = 32_767

# what the first bytes of a file tell, whatever its name says
ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FOREIGN = {
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
    b"\x1f\x8b": "gzip",
    b"\x7fELF": "ELF",
    b"MZ\x90\x00": "EXE",
}
DELIMITERS = (",", "\t", ";", "|", "，")
SAMPLE_LINES = 50


class Sheet:
    """An opened spreadsheet.

    :ivar str encoding: how its text was read, "" for a workbook
    :ivar str delimiter: what separates its columns, "" for a workbook
    :ivar list[str] names: its sheets that hold something, none for text
    """

    def __init__(self, rows, encoding="", delimiter="", names=()):
        self._rows = rows
        self.encoding = encoding
        self.delimiter = delimiter
        self.names = list(names)

    def rows(self):
        """Yield (number, list of cells) of every row that is not empty.

        Numbers are those that a spreadsheet program shows, from 1. Cells are str, int,
        float, bool, date, datetime, time, None, or FORMULA for one without a result.

        :raise SheetError: when the file turns out to be broken or too large on the way
        """
        count = 0
        for number, cells in self._rows():
            while cells and is_blank(cells[-1]):
                cells.pop()
            if not cells or all(map(is_blank, cells)):
                continue
            if len(cells) > MAX_COLUMNS:
                raise SheetError("too_many_columns", limit=MAX_COLUMNS, row=number)
            for cell in cells:
                if isinstance(cell, str) and len(cell) > MAX_CELL:
                    raise SheetError("huge_cell", limit=MAX_CELL, row=number)
            count += 1
            if count > MAX_ROWS:
                raise SheetError("too_many_rows", limit=MAX_ROWS)
            yield number, cells


def open_sheet(content, filename="", *, encoding="", delimiter="", sheet=""):
    """Return a :class:`Sheet` over the bytes of an xlsx or delimited text file.

    :param bytes content: the file
    :param str filename: as the person named it; used to tell a disguise
    :param str encoding: of text, guessed when empty
    :param str delimiter: of text, guessed when empty
    :param str sheet: name of a workbook's sheet, the first with rows when empty
    :raise SheetError: when it is not such a file, or a dangerous one
    """
    if not content or not content.strip(b"\x00 \t\r\n"):
        raise SheetError("empty")
    if len(content) > MAX_BYTES:
        raise SheetError("too_large", limit=MAX_BYTES // 1024 // 1024)
    if content.startswith((ZIP, EMPTY_ZIP)):
        rows, names = read_workbook(content, sheet)
        return Sheet(rows, names=names)
    _refuse_foreign(content)
    encoding, text = decoder(content, encoding)
    _refuse_markup(text)
    delimiter = delimiter or _guess_delimiter(text)
    return Sheet(lambda: _read_text(text, delimiter), encoding, delimiter)


def _refuse_foreign(content):
    if content.startswith(OLE):
        # the directory of such a container names its streams in UTF-16
        is_locked = "EncryptedPackage".encode("utf-16-le") in content
        raise SheetError("password" if is_locked else "old_excel")
    for magic, name in FOREIGN.items():
        if content.startswith(magic):
            raise SheetError("foreign", name=name)


def _refuse_markup(text):
    with text() as stream:
        start = stream.read(2048).lstrip("\ufeff \t\r\n").lower()
    markup = ("<!doctype", "<html", "<?xml", "<table", "<head", "<meta", "<style")
    if start.startswith(markup):
        raise SheetError("html")
    if start.startswith(("mime-version:", "{\\rtf")):
        raise SheetError("html")


def _guess_delimiter(text):
    """Return the delimiter that cuts the first lines most evenly."""
    with text() as stream:
        sample = "".join(_lines(stream))
    best, best_score = ",", (0, 0)
    for delimiter in DELIMITERS:
        widths = Counter()
        try:
            for cells in csv.reader(io.StringIO(sample), delimiter=delimiter):
                if cells:
                    widths[len(cells)] += 1
        except csv.Error:
            continue
        if not widths:
            continue
        width, lines = max(widths.items(), key=lambda item: (item[1], item[0]))
        score = (lines, width) if width > 1 else (0, 0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _lines(stream):
    for _index in range(SAMPLE_LINES):
        line = stream.readline(MAX_CELL)
        if not line:
            return
        yield line


def _read_text(text, delimiter):
    with text() as stream:
        # strict: a quotation mark that is never closed would swallow the rows behind it
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        number = 0
        try:
            for cells in reader:
                number += 1
                yield number, [cell.strip("\ufeff \t\r\n\x00") for cell in cells]
        except csv.Error as error:
            raise SheetError("broken_row", row=number + 1) from error
        except UnicodeDecodeError as error:
            raise SheetError("encoding") from error
