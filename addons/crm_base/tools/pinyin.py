"""Pinyin of Chinese names, on top of the library pypinyin."""

from functools import lru_cache

from pypinyin import Style, lazy_pinyin
from pypinyin.core import Pinyin

# Surnames of two characters that occur today (百家姓 and common additions)
COMPOUND_SURNAMES = frozenset(
    "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台"
    " 皇甫 宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘"
    " 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐"
    " 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 第五 歐陽 司馬 東方 諸葛"
    " 尉遲 赫連 澹臺 濮陽 鍾離 長孫 鮮于 軒轅".split()
)

# Surnames that are read otherwise than the same character elsewhere
SURNAME_READINGS = {
    "单": "shan",
    "單": "shan",
    "仇": "qiu",
    "解": "xie",
    "区": "ou",
    "區": "ou",
    "查": "zha",
    "曾": "zeng",
    "朴": "piao",
    "尉迟": "yu chi",
    "万俟": "mo qi",
    "盖": "ge",
    "覃": "qin",
    "翟": "zhai",
    "缪": "miao",
    "繆": "miao",
    "乐": "yue",
    "樂": "yue",
    "冼": "xian",
    "员": "yun",
    "員": "yun",
    "逄": "pang",
    "牟": "mu",
    "折": "she",
    "繁": "po",
    "黑": "he",
    "秘": "bi",
    "种": "chong",
    "澹台": "tan tai",
    "长孙": "zhang sun",
    "單于": "chan yu",
    "单于": "chan yu",
}


def is_chinese(char):
    """Return whether ``char`` (str of one) is a Chinese ideograph (bool)."""
    return "\u3400" <= char <= "\u9fff"


def surname_of(name):
    """Return the Chinese surname (str) of a person's ``name``, "" if there is none."""
    name = (name or "").strip()
    if len(name) > 2 and name[:2] in COMPOUND_SURNAMES:
        return name[:2]
    return name[0] if name and is_chinese(name[0]) else ""


_library = Pinyin()


@lru_cache(maxsize=32768)
def _reading(word):
    """Return the syllables (tuple of str) of a word as the library cuts them out."""
    return tuple(lazy_pinyin([word], style=Style.NORMAL))


@lru_cache(maxsize=4096)
def _syllables(text, person):
    surname = surname_of(text) if person else ""
    known = SURNAME_READINGS.get(surname, "").split()
    rest = text[len(surname) :] if known else text
    # names are made of few words (有限公司, 深圳市), which are looked up once
    return (*known, *(part for word in _library.seg(rest) for part in _reading(word)))


def pinyin_of(text, person=False):
    """Return pinyin and initials of a name.

    :param str text: a name; characters that are not Chinese are kept as they are
    :param bool person: read the first character as a surname (单 is shan, not dan)
    :return: (pinyin without blanks, initials), both "" without a Chinese character
    :rtype: tuple[str, str]
    """
    text = (text or "").strip()
    if not any(map(is_chinese, text)):
        return "", ""
    syllables = _syllables(text, person)
    pinyin = "".join(syllables).replace(" ", "").lower()
    initials = "".join(part[0] for part in syllables if part[:1].isalnum()).lower()
    return pinyin, initials
