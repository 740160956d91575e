"""Encoding of the customer search key.

PostgreSQL's trigram index needs three characters to narrow a search, and whether it
sees Chinese at all depends on the locale of the database. Chinese keywords are one or
two characters. So every character outside ASCII is stored as four capital ASCII
characters (``X`` and a code of three out of 35): a single Chinese character then gives
selective trigrams in any locale. Everything else is stored in lower case, so that
capitals can never be confused with text and a case-sensitive ``LIKE`` is exact.

Digits are additionally stored once without separators, so that ``138 0013-8000`` is
found by ``13800138000``.
"""

import re
import unicodedata
from functools import lru_cache

# 35 symbols: the digits and the capitals without the marker X
_SYMBOLS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWYZ"
_BASE = len(_SYMBOLS)
_PLANE = _BASE**3
_SEPARATOR = "\n"
_NON_DIGITS = re.compile(r"\D+")


@lru_cache(maxsize=65536)
def _encode_char(char):
    if char < "\x80":
        return char
    point = ord(char)
    code = []
    # characters past the first 42,875 (emoji, rare ideographs) get a longer code
    while True:
        point, digit = divmod(point, _BASE)
        code.append(_SYMBOLS[digit])
        if not point:
            break
    return "X" + "".join(reversed(code)).rjust(3, "0")


def normalize(text):
    """Return ``text`` (str) with width, case and blanks made uniform (str)."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def encode(text):
    """Return the stored form (ASCII str) of ``text`` (str)."""
    return "".join(map(_encode_char, normalize(text)))


def build(texts, phones=()):
    """Return the search key (str) of a record.

    :param Iterable[str] texts: names, numbers, pinyin; falsy entries are left out
    :param Iterable[str] phones: phone numbers, stored with and without separators
    """
    parts = []
    for text in texts:
        if text:
            parts.append(encode(text))
    for phone in phones:
        if phone:
            parts.append(encode(phone))
            parts.append(_NON_DIGITS.sub("", phone))
    return _SEPARATOR.join(dict.fromkeys(part for part in parts if part))


def keywords(value):
    """Return the encoded keywords (list of str) of what a user typed (str)."""
    return [encode(word) for word in normalize(value).split()]
