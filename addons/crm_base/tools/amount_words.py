"""Amounts in Chinese capital figures, as cheques, contracts and receipts want them.

Written by the rules of the People's Bank for filling in bills and vouchers. Where they
leave a choice, the form of their own examples is taken.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import num2words


class Figures(NamedTuple):
    """The characters of one kind of Chinese.

    :ivar str digits: zero to nine
    :ivar tuple tens: what stands behind a digit at its place within four
    :ivar tuple groups: ten thousand, a hundred million
    :ivar tuple parts: unit, tenth, hundredth …
    :ivar str whole: behind amounts without a fraction
    :ivar str minus: before amounts below zero
    """

    digits: str
    tens: tuple[str, ...]
    groups: tuple[str, str]
    parts: tuple[str, ...]
    whole: str
    minus: str


SIMPLIFIED = Figures(
    "零壹贰叁肆伍陆柒捌玖",
    ("", "拾", "佰", "仟"),
    ("万", "亿"),
    ("元", "角", "分", "厘", "毫"),
    "整",
    "负",
)
TRADITIONAL = Figures(
    "零壹貳參肆伍陸柒捌玖",
    ("", "拾", "佰", "仟"),
    ("萬", "億"),
    ("元", "角", "分", "厘", "毫"),
    "整",
    "負",
)
# how numbers are written in a text
ORDINARY = Figures(
    "零一二三四五六七八九", ("", "十", "百", "千"), ("万", "亿"), (), "", "负"
)
ORDINARY_TRADITIONAL = ORDINARY._replace(groups=("萬", "億"), minus="負")

# what stands before the amount: in simplified, in traditional characters
CURRENCIES = {
    "AUD": ("澳元", "澳元"),
    "CAD": ("加元", "加元"),
    "CHF": ("瑞士法郎", "瑞士法郎"),
    "CNY": ("人民币", "人民幣"),
    "EUR": ("欧元", "歐元"),
    "GBP": ("英镑", "英鎊"),
    "HKD": ("港币", "港幣"),
    "JPY": ("日元", "日圓"),
    "KRW": ("韩元", "韓元"),
    "MOP": ("澳门币", "澳門幣"),
    "SGD": ("新加坡元", "新加坡元"),
    "TWD": ("新台币", "新臺幣"),
    "USD": ("美元", "美元"),
}
TRADITIONAL_LANGUAGES = ("zh_TW", "zh_HK", "zh_MO")


def is_chinese(lang: str) -> bool:
    """Return whether a language code is one of Chinese."""
    return lang.split("_")[0] == "zh"


def amount_in_words(amount: Decimal, currency: str, lang: str) -> str:
    """Return an amount in capital figures.

    :param Decimal amount: rounded to the currency, with all its decimal places
    :param str currency: ISO code; one that has no Chinese name here stands for itself
    :param str lang: a language of Chinese, such as ``zh_CN``
    """
    is_traditional = lang in TRADITIONAL_LANGUAGES
    figures = TRADITIONAL if is_traditional else SIMPLIFIED
    names = CURRENCIES.get(currency)
    name = names[is_traditional] if names else currency
    whole, _point, fraction = f"{abs(amount):f}".partition(".")
    minus = figures.minus if amount < 0 else ""
    return name + minus + _amount(int(whole), fraction, figures)


def _amount(whole: int, fraction: str, figures: Figures) -> str:
    """Return a number of units and its fraction (str of digits) in words."""
    zero, unit = figures.digits[0], figures.parts[0]
    fraction = fraction.rstrip("0")
    if not fraction:
        return (integer_in_words(whole, figures) or zero) + unit + figures.whole
    words = integer_in_words(whole, figures) + unit if whole else ""
    # one zero stands for any number of empty places, among them that of the unit
    is_gap = bool(whole) and whole % 10 == 0
    for digit, part in zip(map(int, fraction), figures.parts[1:], strict=False):
        if not digit:
            is_gap = bool(words)
            continue
        words += (zero if is_gap else "") + figures.digits[digit] + part
        is_gap = False
    return words


def integer_in_words(number: int, figures: Figures) -> str:
    """Return a number from 0 on in words; nothing for 0."""
    for size, name in ((10**8, figures.groups[1]), (10**4, figures.groups[0])):
        if number >= size:
            above, below = divmod(number, size)
            words = integer_in_words(above, figures) + name
            # the highest place below is empty
            if 0 < below < size // 10:
                words += figures.digits[0]
            return words + integer_in_words(below, figures)
    words, is_gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if not digit:
            is_gap = bool(words)
            continue
        words += (figures.digits[0] if is_gap else "") + figures.digits[digit]
        words += figures.tens[place]
        is_gap = False
    return words


class Num2WordZh:
    """Chinese for num2words, which Odoo calls for amounts and which has none."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        is_traditional = lang in TRADITIONAL_LANGUAGES
        self.figures = ORDINARY_TRADITIONAL if is_traditional else ORDINARY

    def str_to_number(self, value: str) -> Decimal:
        """Return the number that a text stands for."""
        return Decimal(value)

    def to_cardinal(self, value: Any, **_options: Any) -> str:
        """Return a number as it is read."""
        number = Decimal(str(value))
        whole, _point, fraction = f"{abs(number):f}".partition(".")
        digits = self.figures.digits
        words = integer_in_words(int(whole), self.figures) or digits[0]
        # ten to nineteen begin with ten, not with one
        if words.startswith(digits[1] + "十"):
            words = words[1:]
        if fraction := fraction.rstrip("0"):
            point = "點" if self.lang in TRADITIONAL_LANGUAGES else "点"
            words += point + "".join(digits[int(digit)] for digit in fraction)
        return (self.figures.minus if number < 0 else "") + words

    def to_ordinal(self, value: Any, **_options: Any) -> str:
        """Return a number as a rank."""
        return "第" + self.to_cardinal(value)

    def to_ordinal_num(self, value: Any, **_options: Any) -> str:
        """Return a rank with the number in digits."""
        return f"第{value}"

    def to_year(self, value: Any, **_options: Any) -> str:
        """Return a year, which is read digit by digit."""
        return "".join(self.figures.digits[int(digit)] for digit in str(value)) + "年"

    def to_currency(self, value: Any, currency: str = "CNY", **_options: Any) -> str:
        """Return an amount in capital figures, rounded to hundredths."""
        amount = Decimal(str(value)).quantize(Decimal("0.01"))
        return amount_in_words(amount, currency, self.lang)


def register(
    languages: Sequence[str] = ("zh", "zh_CN", *TRADITIONAL_LANGUAGES),
) -> None:
    """Teach num2words Chinese, where it does not know it yet."""
    for lang in languages:
        num2words.CONVERTER_CLASSES.setdefault(lang, Num2WordZh(lang))
