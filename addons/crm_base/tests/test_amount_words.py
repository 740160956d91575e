"""Amounts in Chinese capital figures."""

import re
from decimal import Decimal

import num2words
from hypothesis import given, settings
from hypothesis import strategies as some

from odoo.tests import TransactionCase, tagged

from ..tools.amount_words import (
    SIMPLIFIED,
    TRADITIONAL,
    amount_in_words,
    integer_in_words,
)

# the examples of the rules of the People's Bank for bills and vouchers, and their edges
CASES = {
    "1409.50": "壹仟肆佰零玖元伍角",
    "6007.14": "陆仟零柒元壹角肆分",
    "1680.32": "壹仟陆佰捌拾元零叁角贰分",
    "107000.53": "壹拾万柒仟元零伍角叁分",
    "16409.02": "壹万陆仟肆佰零玖元零贰分",
    "325.04": "叁佰贰拾伍元零肆分",
    "123456.78": "壹拾贰万叁仟肆佰伍拾陆元柒角捌分",
    "0.00": "零元整",
    "0.01": "壹分",
    "0.10": "壹角",
    "0.15": "壹角伍分",
    "1.00": "壹元整",
    "10.00": "壹拾元整",
    "10.05": "壹拾元零伍分",
    "10.50": "壹拾元零伍角",
    "11.00": "壹拾壹元整",
    "110.00": "壹佰壹拾元整",
    "1005.00": "壹仟零伍元整",
    "10000.00": "壹万元整",
    "10001.00": "壹万零壹元整",
    "10010.00": "壹万零壹拾元整",
    "100000.00": "壹拾万元整",
    "1000000.05": "壹佰万元零伍分",
    "20000001.00": "贰仟万零壹元整",
    "10001000.00": "壹仟万壹仟元整",
    "100000000.00": "壹亿元整",
    "100010000.00": "壹亿零壹万元整",
    "100000001.00": "壹亿零壹元整",
    "1000000000000.00": "壹万亿元整",
    "1000100000000.00": "壹万零壹亿元整",
    "9999999999999.99": "玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分",
    "-5.30": "负伍元叁角",
}


def parse(words, figures):
    """Read an amount back, by adding up what each character stands for."""
    if words == figures.digits[0] + figures.parts[0] + figures.whole:
        return Decimal(0)
    words = words.removesuffix(figures.whole)
    values = {unit: 10**place for place, unit in enumerate(figures.tens) if unit}
    big = {figures.groups[0]: 10**4, figures.groups[1]: 10**8}
    total = section = digit = 0
    fraction = Decimal(0)
    for character in words:
        if character in figures.digits:
            digit = figures.digits.index(character)
        elif character in values:
            section += digit * values[character]
            digit = 0
        elif character in big:
            section += digit
            size = big[character]
            # a hundred million multiplies all that stands before it
            total = (
                (total + section) * size if size == 10**8 else total + section * size
            )
            section = digit = 0
        elif character == figures.parts[0]:
            total, section, digit = total + section + digit, 0, 0
        else:
            place = figures.parts.index(character)
            fraction += Decimal(digit).scaleb(-place)
            digit = 0
    return total + fraction


@tagged("post_install", "-at_install")
class TestAmountWords(TransactionCase):
    def _in_words(self, amount, currency="base.CNY", lang="zh_CN"):
        self.env["res.lang"]._activate_lang(lang)
        money = self.env.ref(currency).with_context(active_test=False, lang=lang)
        return money.amount_to_text(amount)

    def test_rules(self):
        """The examples of the central bank's rules and their edges. Covers: S12."""
        for amount, words in CASES.items():
            self.assertEqual(self._in_words(float(amount)), "人民币" + words, amount)

    def test_taiwan(self):
        """Traditional characters in Taiwan. Covers: S12, X02."""
        self.assertEqual(
            self._in_words(123456, "base.TWD", "zh_TW"),
            "新臺幣壹拾貳萬參仟肆佰伍拾陸元整",
        )
        self.assertEqual(
            self._in_words(-60.07, "base.CNY", "zh_TW"), "人民幣負陸拾元零柒分"
        )

    def test_currencies(self):
        """Other currencies keep their name and their decimal places."""
        self.assertEqual(self._in_words(99.5, "base.USD"), "美元玖拾玖元伍角")
        self.assertEqual(self._in_words(1200, "base.JPY"), "日元壹仟贰佰元整")
        self.assertEqual(self._in_words(1.234, "base.KWD"), "KWD壹元贰角叁分肆厘")

    def test_rounding(self):
        """Rounded as the number is written, not as the machine holds it."""
        self.assertEqual(self._in_words(1.005), "人民币壹元零壹分")
        self.assertEqual(self._in_words(0.1 + 0.2), "人民币叁角")
        self.assertEqual(self._in_words(-0.001), "人民币零元整")
        self.assertEqual(self._in_words(999999.995), "人民币壹佰万元整")
        self.assertEqual(self._in_words(7), "人民币柒元整")

    def test_other_languages(self):
        """Other languages are left to Odoo."""
        text = self._in_words(5, "base.USD", "en_US")
        self.assertIn("Five", text)

    def test_num2words(self):
        """What calls num2words itself gets Chinese, too."""
        for number, words in {
            0: "零",
            10: "十",
            15: "十五",
            110: "一百一十",
            -2026: "负二千零二十六",
            "3.14": "三点一四",
        }.items():
            self.assertEqual(num2words.num2words(number, lang="zh_CN"), words)
        self.assertEqual(num2words.num2words(3, lang="zh_CN", to="ordinal"), "第三")
        self.assertEqual(num2words.num2words(10**4, lang="zh_TW"), "一萬")
        money = num2words.num2words(12.5, lang="zh_CN", to="currency", currency="CNY")
        self.assertEqual(money, "人民币壹拾贰元伍角")

    def test_properties(self):
        """Any amount is read back as itself and is well formed. Covers: S12."""

        @settings(max_examples=800, deadline=None, database=None)
        @given(some.integers(0, 10**18), some.booleans())
        def check(hundredths, is_traditional):
            figures = TRADITIONAL if is_traditional else SIMPLIFIED
            lang = "zh_TW" if is_traditional else "zh_CN"
            amount = Decimal(hundredths).scaleb(-2)
            words = amount_in_words(amount, "", lang)
            self.assertEqual(parse(words, figures), amount, words)
            zero = figures.digits[0]
            self.assertNotIn(zero * 2, words)
            if amount >= 1:
                self.assertFalse(words.startswith(zero), words)
            empty = zero + f"[{''.join(figures.tens) + ''.join(figures.groups)}]"
            self.assertFalse(re.search(empty, words), words)

        check()

    def test_no_two_amounts_alike(self):
        """Different amounts have different words."""
        words = {integer_in_words(number, SIMPLIFIED) for number in range(30_000)}
        self.assertEqual(len(words), 30_000)
