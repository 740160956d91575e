"""What a cell means: numbers, dates, yes or no, as Chinese spreadsheets write them."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from .errors import CellError
from .workbook import FORMULA

# what spreadsheet programs put into a cell instead of a result
SHEET_ERRORS = re.compile(r"^#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|SPILL!)$")
INVISIBLE = re.compile(
    r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\x00-\x08\x0b\x0c\x0e-\x1f]"
)
SCIENTIFIC = re.compile(r"^[+-]?(\d+(?:\.\d+)?)[eE]\+?(\d+)$")
UNITS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "千": 10**3, "k": 10**3}
CURRENCY = re.compile(
    r"^(rmb|cny|us\$|nt\$|[¥￥$])|(元整?|圆整?|rmb|cny)$", re.IGNORECASE
)
YES = {
    "是",
    "有",
    "对",
    "對",
    "√",
    "✓",
    "✔",
    "已",
    "y",
    "yes",
    "true",
    "t",
    "1",
    "真",
    "on",
}
NO = {
    "否",
    "无",
    "無",
    "错",
    "錯",
    "×",
    "✗",
    "未",
    "n",
    "no",
    "false",
    "f",
    "0",
    "假",
    "off",
    "没有",
    "不是",
}
DAY = re.compile(
    r"^(\d{4}|\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号號]?"
    r"(?:\s*星期.|\s*周.|\s*\(.\))?[\sT]*(.*)$"
)
COMPACT_DAY = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
CLOCK = re.compile(
    r"^(上午|下午|晚上|早上|中午|凌晨|am|pm)?\s*(\d{1,2})\s*[:时時点點]\s*(\d{1,2})?\s*分?"
    r"(?:\s*[:]?\s*(\d{1,2})(?:\.\d+)?\s*秒?)?\s*(am|pm)?(?:Z|\+\d\d:?\d\d)?$",
    re.IGNORECASE,
)
CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
# serial numbers of days as Excel counts them, of the years 1954 to 2119
EPOCH, FIRST_SERIAL, LAST_SERIAL = datetime(1899, 12, 30), 20_000, 80_000


def cell_text(cell):
    """Return what a cell shows (str), "" for nothing.

    :raise CellError: a formula without result, or an error value
    """
    if cell is None:
        return ""
    if cell is FORMULA:
        raise CellError("formula")
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        if cell != cell or cell in (float("inf"), float("-inf")):
            raise CellError("sheet_error", value=str(cell))
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e16 else repr(cell)
    if isinstance(cell, datetime | date | time):
        return cell.isoformat(" ") if isinstance(cell, datetime) else cell.isoformat()
    text = INVISIBLE.sub("", str(cell)).strip()
    if SHEET_ERRORS.match(text):
        raise CellError("sheet_error", value=text)
    return text


def folded(text):
    """Return a text (str) in half width and lower case, to compare with."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def to_code(cell):
    """Return a number that is a name: a phone, a QQ, a postcode (str).

    :raise CellError: when a program has shortened it
    """
    text = unicodedata.normalize("NFKC", cell_text(cell)).strip().lstrip("'")
    short = SCIENTIFIC.match(text)
    if not short:
        return text[:-2] if re.fullmatch(r"\d{5,}\.0", text) else text
    mantissa, exponent = short.groups()
    known = len(mantissa.replace(".", ""))
    if known < int(exponent) + 1:
        raise CellError("digits_lost", value=text)
    return str(int(Decimal(text)))


def to_number(cell):
    """Return a float.

    :raise CellError: when it is none
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        cell_text(cell)
        return float(cell)
    shown = cell_text(cell)
    text = folded(shown).replace(",", "").replace(" ", "").replace("'", "")
    if negative := re.fullmatch(r"\((.+)\)", text):
        text = "-" + negative.group(1)
    text = CURRENCY.sub("", CURRENCY.sub("", text))
    factor = Decimal(1)
    while text and text[-1] in UNITS:
        factor *= UNITS[text[-1]]
        text = text[:-1]
    if text.endswith("%"):
        factor /= 100
        text = text[:-1]
    try:
        number = float(Decimal(text) * factor)
    except InvalidOperation as error:
        raise CellError("number", value=shown) from error
    if number - number != 0:
        # what is written as infinite, or not a number
        raise CellError("number", value=shown)
    return number


def to_integer(cell):
    """Return an int.

    :raise CellError: when it is none
    """
    number = to_number(cell)
    if not number.is_integer():
        raise CellError("integer", value=cell_text(cell))
    return int(number)


def to_boolean(cell):
    """Return a bool.

    :raise CellError: when it is neither yes nor no
    """
    if isinstance(cell, bool):
        return cell
    text = folded(cell_text(cell))
    if text in YES:
        return True
    if text in NO:
        return False
    raise CellError("boolean", value=cell_text(cell))


def to_date(cell):
    """Return a date.

    :raise CellError: when it is none
    """
    return to_datetime(cell).date()


def to_datetime(cell):
    """Return a datetime without zone, in whatever zone the sheet was written.

    :raise CellError: when it is none
    """
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None)
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    shown = cell_text(cell)
    if isinstance(cell, int | float) or re.fullmatch(r"\d{5}(\.\d+)?", shown):
        serial = float(shown)
        if FIRST_SERIAL <= serial <= LAST_SERIAL:
            moment = EPOCH + timedelta(days=serial)
            return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
    text = unicodedata.normalize("NFKC", shown)
    if "年" in text and not text[0].isdigit():
        text = _chinese_day(text)
    compact = COMPACT_DAY.match(text)
    found = compact or DAY.match(text)
    if not found:
        raise CellError("date", value=shown)
    year, month, day = (int(part) for part in found.groups()[:3])
    if year < 100:
        year += 2000 if year < 70 else 1900
    clock = "" if compact else found.group(4).strip()
    try:
        return datetime.combine(date(year, month, day), _clock(clock))
    except ValueError as error:
        raise CellError("date", value=shown) from error


def _chinese_day(text):
    """Return 二〇二六年三月十五日 as 2026年3月15日."""

    def number(match):
        word = match.group(0)
        if "十" not in word:
            return word.translate(CHINESE_DIGITS)
        tens, ones = word.split("十", 1)
        digits = (tens.translate(CHINESE_DIGITS) or "1") + (
            ones.translate(CHINESE_DIGITS) or "0"
        )
        return digits

    return re.sub(r"[〇零一二三四五六七八九十]+", number, text)


def _clock(text):
    if not text:
        return time()
    found = CLOCK.match(text)
    if not found:
        raise ValueError(text)
    before, hour, minute, second, after = found.groups()
    hour = int(hour)
    half = (before or after or "").lower()
    if half in ("下午", "晚上", "pm") and hour < 12:
        hour += 12
    elif half in ("上午", "早上", "凌晨", "am") and hour == 12:
        hour = 0
    return time(hour, int(minute or 0), int(second or 0))
