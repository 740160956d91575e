"""Phones, e-mail addresses and credit codes in the one form in which they compare."""

import re
import unicodedata
from functools import lru_cache

from stdnum.cn import uscc

_SEPARATORS = re.compile(r"[,;/、|\n\t]|或|\s{2,}")
_EXTENSION = re.compile(
    r"\s*(?:转|分机|ext(?:ension)?\.?|(?<=\d)\s*x|[#*])[:.\s]*\d{1,6}\D*$"
    r"|(?<=\d{7})-\d{1,5}$"
)
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_EMAIL = re.compile(r"[^\s,;<>()\"']+@[^\s,;<>()\"']+\.[^\s,;<>()\"']+")
_CODE_SIGNS = re.compile(r"[\s\-_.·]+")

# addresses there belong to anybody
FREE_MAIL = frozenset(
    "163.com 126.com yeah.net 188.com vip.163.com vip.126.com qq.com vip.qq.com"
    " foxmail.com sina.com sina.cn vip.sina.com sohu.com vip.sohu.com 139.com 189.cn"
    " wo.cn 21cn.com tom.com aliyun.com 263.net 2980.com gmail.com googlemail.com"
    " outlook.com hotmail.com live.com live.cn msn.com yahoo.com yahoo.com.cn"
    " yahoo.com.tw yahoo.com.hk yahoo.cn ymail.com icloud.com me.com mac.com aol.com"
    " proton.me protonmail.com gmx.com gmx.de mail.com mail.ru yandex.ru yandex.com"
    " hinet.net pchome.com.tw zoho.com example.com".split()
)


@lru_cache(maxsize=32768)
def phone_keys(text):
    """Return the numbers (tuple of str) in a phone field, as they compare.

    A mobile number is its eleven digits, a landline its area code and number without
    the extension, a foreign number has its country code behind a plus. A number without
    area code says too little and is left out.

    :param str text: what somebody typed, several numbers perhaps
    """
    keys = []
    for part in _SEPARATORS.split(unicodedata.normalize("NFKC", text or "").lower()):
        key = _phone_key(part.strip())
        if key and key not in keys:
            keys.append(key)
    return tuple(keys)


def _phone_key(text):
    text = _EXTENSION.sub("", text)
    is_foreign = text.lstrip("( ").startswith(("+", "00"))
    digits = re.sub(r"\D+", "", text)
    if is_foreign:
        digits = digits.removeprefix("00")
    if digits.startswith("86") and (is_foreign or len(digits) >= 12):
        digits = digits[2:].removeprefix("0")
        is_foreign = False
        if not _MOBILE.match(digits) and not digits.startswith(("400", "800")):
            digits = "0" + digits
    if len(digits) == 12 and _MOBILE.match(digits[1:]):
        digits = digits[1:]
    if len(set(digits)) <= 1 or len(digits) < 9 or len(digits) > 15:
        # 00000000: nobody's number
        return ""
    return "+" + digits if is_foreign else digits


def is_mobile(key):
    """Return whether a key of :func:`phone_keys` is a Chinese mobile number (bool)."""
    return bool(_MOBILE.match(key))


@lru_cache(maxsize=32768)
def email_keys(text):
    """Return the addresses (tuple of str) in an e-mail field, as they compare."""
    text = unicodedata.normalize("NFKC", text or "").casefold()
    return tuple(dict.fromkeys(found.strip(".") for found in _EMAIL.findall(text)))


def company_domain(address):
    """Return the domain (str) of an address, "" when it is one of free mail."""
    domain = address.rpartition("@")[2]
    return "" if domain in FREE_MAIL else domain


def compact_code(text):
    """Return a tax number (str) in capitals, without blanks and signs."""
    return _CODE_SIGNS.sub("", unicodedata.normalize("NFKC", text or "")).upper()


def credit_code(text):
    """Return the unified social credit code (str) in a field, "" when it is none.

    The last of the eighteen characters is computed from the others.
    """
    code = compact_code(text)
    return code if len(code) == 18 and uscc.is_valid(code) else ""


def looks_like_credit_code(text):
    """Return whether a tax number is meant to be a credit code (bool)."""
    code = compact_code(text)
    return len(code) == 18 and code.isascii() and code.isalnum() and not code.isalpha()
