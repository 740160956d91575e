from datetime import timedelta

from odoo import api, models
from odoo.tools import get_lang

# the words for week and quarter, by language; days, months and years are alike
WORDS = {"zh_CN": ("周", "季度"), "zh_TW": ("週", "季"), "zh_HK": ("週", "季")}


class Base(models.AbstractModel):
    """Pivots, charts and groups name periods as Chinese people do: 2026年10月.

    Odoo writes the year behind the month in all languages.
    """

    _inherit = "base"

    @api.model
    def _web_read_group_groupby_formatter(self, groupby_spec, values):
        formatter = super()._web_read_group_groupby_formatter(groupby_spec, values)
        lang = get_lang(self.env).code
        name, _colon, unit = groupby_spec.partition(":")
        field = self._fields.get(name)
        if lang not in WORDS or not field or field.type not in ("date", "datetime"):
            return formatter

        def named(value):
            told, domain = formatter(value)
            label = value and _label(value, unit, lang)
            return ((told[0], label) if label else told), domain

        return named


def _label(start, unit, lang):
    """Return what a period is called in Chinese (str), "" for units without a name.

    :param start: its first moment or day, in the reader's time zone
    """
    week_word, quarter_word = WORDS[lang]
    day = f"{start.month}月{start.day}日"
    if unit == "hour":
        return f"{day} {start.hour:02}:00"
    if unit == "day":
        return f"{start.year}年{day}"
    if unit == "week":
        # the week that most of its days are in, whichever day it begins with
        year, week, _day = (start + timedelta(days=3)).isocalendar()
        return f"{year}年第{week}{week_word}"
    if unit == "month":
        return f"{start.year}年{start.month}月"
    if unit == "quarter":
        return f"{start.year}年第{(start.month + 2) // 3}{quarter_word}"
    return f"{start.year}年" if unit == "year" else ""
