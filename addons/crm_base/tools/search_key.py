"""Encoding of the customer search key.

PostgreSQL's trigram index needs three characters to narrow a search, and whether it
sees Chinese at all depends on the locale of the database. Chinese keywords are one or
two characters. So every character outside ASCII is stored as four capital letters: a
single Chinese character then gives selective trigrams in any locale. Everything else is
stored in lower case, digits as digits, so that text is never found inside a code; and
the first letter of a code occurs only there, so that a code is never found across two
others. A case-sensitive ``LIKE`` on the key is exact.

Digits are additionally stored once without separators, so that ``138 0013-8000`` is
found by ``13800138000``.
"""

import re
import unicodedata
from functools import lru_cache

# first letters of a code; of the two halves of a long code; and all other letters
_FIRST, _LONG, _REST = "ABCDE", "FG", "HIJKLMNOPQRSTUVWXYZ"
_BASE = len(_REST)
_GROUP = _BASE**3
# the characters of four letters: everything up to the Japanese and Chinese symbols, and
# the common ideographs; Korean, emoji and rare ideographs take eight
_LOW, _IDEOGRAPHS = range(0x80, 0x3400), range(0x4E00, 0xA000)
_SEPARATOR = "\n"
_NON_DIGITS = re.compile(r"[^0-9]+")


@lru_cache(maxsize=65536)
def _encode_char(char):
    if char < "\x80":
        return char
    point = ord(char)
    if point in _LOW:
        number = point - _LOW.start
    elif point in _IDEOGRAPHS:
        number = point - _IDEOGRAPHS.start + len(_LOW)
    else:
        high, low = divmod(point, _GROUP)
        return _LONG[0] + _letters(high) + _LONG[1] + _letters(low)
    first, rest = divmod(number, _GROUP)
    return _FIRST[first] + _letters(rest)


def _letters(number):
    """Return three letters for a number below 6,859."""
    high, low = divmod(number, _BASE)
    return _REST[high // _BASE] + _REST[high % _BASE] + _REST[low]


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
            parts.append(_NON_DIGITS.sub("", normalize(phone)))
    return _SEPARATOR.join(dict.fromkeys(part for part in parts if part))


def keywords(value):
    """Return the encoded keywords (list of str) of what a user typed (str)."""
    return [encode(word) for word in normalize(value).split()]
