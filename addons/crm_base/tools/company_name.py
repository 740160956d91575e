"""What a company's name says, and how alike two names are.

``parse`` takes a name apart: places, brand, trade, legal form, branch. Two names mean
one company when their brands agree and nothing that both of them say contradicts:
北京诺深科技有限公司 and 诺深科技（北京） do, 北京诺深科技 and 上海诺深科技 do not,
however many characters they share.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from opencc import OpenCC
from pypinyin import Style, pinyin

from . import china_places
from .pinyin import is_chinese

_SIMPLIFIED = OpenCC("t2s")

# Names from here on are worth a look
LIKELY = 0.7

_LEGAL_FORMS = (
    "集团股份有限公司 集团有限责任公司 集团有限公司 股份有限公司 有限责任公司"
    " 控股有限公司 责任有限公司 国有独资公司 有限责任 股份公司 集团公司 控股集团"
    " 控股公司 有限公司 有限合伙 普通合伙 合伙企业 个体工商户 个人独资企业 独资企业"
    " 总公司 分公司 集团 控股 股份 有限 公司 企业 总店 总部"
).split()
_SHOPS = "经营部 门市部 专营店 专卖店 旗舰店 工作室 商行 商店 工厂 总厂 厂 店".split()
_LATIN_FORMS = frozenset(
    "co ltd limited inc incorporated corp corporation company llc llp plc gmbh ag sa"
    " pte pty bv holding holdings group the".split()
)
# trades that people take for each other
_KIN = (
    {"科技", "技术", "信息科技", "信息技术", "网络科技", "网络技术"},
    {"贸易", "商贸", "经贸", "国际贸易", "对外贸易", "进出口"},
    {"文化传媒", "文化传播", "传媒", "文化"},
    {"物流", "货运", "运输"},
    {"食品", "饮料"},
    {"服装", "服饰", "制衣"},
    {"建筑", "建设", "建筑工程", "建工"},
    {"地产", "房地产", "置业", "房地产开发"},
    {"医药", "药业", "制药"},
    {"通信", "通讯"},
)
# words that say little beside another trade
_FILLERS = frozenset(
    "发展 开发 服务 管理 实业 产业 工业 中心 制品 设备 国际 企业".split()
)
_REMARKS = frozenset(
    "新 旧 老 老客户 新客户 大客户 客户 重复 作废 测试 停用 备用 注销 已注销 待定"
    " 待确认 勿用 不用 本部 总部 总公司 盖章 简称 暂定 筹 直营".split()
)
_BRANCH = re.compile(
    r"(?:第?[0-9一二三四五六七八九十]+|[\u4e00-\u9fff]{0,8}?)"
    r"(?:分公司|子公司|分部|分店|分厂|分行|支行|分社|分院|办事处|代表处|营业部|营业厅"
    r"|事业部|服务部|项目部)$"
)
_LEGAL_END = re.compile(r"有限公司|有限责任公司|股份公司|集团公司|公司|集团")
_BRACKETED = re.compile(
    r"[(\[{<《〈【〔「『]([^)\]}>》〉】〕」』]*)[)\]}>》〉】〕」』]"
)
_LATIN = re.compile(r"[a-z0-9&.+']+")
_NUMERAL = re.compile(
    r"第[0-9一二三四五六七八九十百]+|[0-9]+|[一二三四五六七八九十]+(?=[号厂分中小])"
)
_DISTRICT = re.compile(r"([\u4e00-\u9fff]{2,3})(?:区|县)(?=[\u4e00-\u9fff]{3})")


class CompanyName(NamedTuple):
    """A company's name in parts.

    :ivar str text: the whole name, in one width, case and script, without signs
    :ivar tuple places: provinces and cities in it
    :ivar str brand: what tells this company from others
    :ivar tuple trades: what it does, as the name says
    :ivar str form: its legal form, "" when not written
    :ivar str branch: which branch of the company, "" for the company itself
    """

    text: str = ""
    places: tuple = ()
    brand: str = ""
    trades: tuple = ()
    form: str = ""
    branch: str = ""

    @property
    def core(self):
        """Brand and trade (str): the name without place, form and branch."""
        return self.brand + "".join(self.trades)

    @property
    def is_registered(self):
        """Whether this reads as in the trade register: place, brand, form (bool)."""
        return bool(self.places and self.brand and self.trades and self.form)


def normalize(name):
    """Return ``name`` (str) in one width, case and script, with single blanks."""
    text = unicodedata.normalize("NFKC", name or "").casefold()
    if not text.isascii():
        text = _SIMPLIFIED.convert(text)
    return " ".join(text.split())


@lru_cache(maxsize=32768)
def parse(name):
    """Return the parts (CompanyName) of a company's ``name`` (str, may be empty)."""
    text = normalize(name)
    if not text:
        return CompanyName()
    inline, places, remarks = _take_brackets(text)
    words, has_latin_form = _take_latin_forms(inline)
    chinese = any(map(is_chinese, words))
    plain = re.sub(r"[^0-9a-z\u3400-\u9fff]+", "", words)
    if not plain:
        plain = re.sub(r"\W+", "", text)
    plain, branch = _take_branch(plain)
    branch = branch or remarks
    plain, form = _take_form(plain)
    brand, found, trades = _take_core(plain) if chinese else (plain, (), ())
    places = tuple(dict.fromkeys([*found, *places]))
    return CompanyName(
        "".join(ch for ch in text if ch.isalnum()),
        places,
        brand,
        trades,
        form or ("有限公司" if has_latin_form else ""),
        _SUFFIX_OF_PLACE.sub("", branch),
    )


_SUFFIX_OF_PLACE = re.compile(r"(?<=[\u4e00-\u9fff])[省市]")


def _take_brackets(text):
    """Return the text without what is said aside, the places, and the branch in it."""
    places, branch = [], ""
    chinese_outside = any(map(is_chinese, _BRACKETED.sub("", text)))

    def decide(match):
        nonlocal branch
        inner = match.group(1).strip()
        place, end = china_places.place_at(inner)
        if place and end == len(inner):
            places.append(place)
            return " "
        if _BRANCH.fullmatch(inner):
            branch = inner
            return " "
        if inner in _REMARKS or inner.startswith(("原", "曾用名", "简称", "备注")):
            return " "
        if chinese_outside and not any(map(is_chinese, inner)):
            # the name in another language, a number of one's own
            return " "
        return inner if len(inner) <= 6 else " "

    return _BRACKETED.sub(decide, text), places, branch


def _take_latin_forms(text):
    """Return the text without Ltd, Inc and their like, and whether there was one."""
    text = re.sub(r"\b([a-z])\.(?=[a-z]\b)", r"\1", text)
    found = False

    def decide(match):
        nonlocal found
        word = match.group().strip(".'")
        if word in _LATIN_FORMS:
            found = True
            return ""
        return word

    kept = _LATIN.sub(decide, text)
    return (kept, True) if found and kept.strip(" .,") else (text, False)


def _take_branch(text):
    """Return the text before a branch's name, and the branch."""
    match = _BRANCH.search(text)
    if not match:
        return text, ""
    forms = list(_LEGAL_END.finditer(text))
    # the form of the company itself ends before the branch begins
    inner = [form for form in forms if form.end() < len(text) - 2]
    if inner:
        end = inner[-1].end()
        return text[:end], text[end:]
    for start in range(2, len(text) - 3):
        place, end = china_places.place_at(text, start)
        if place:
            return text[:start], text[start:]
    if text.endswith(("分公司", "子公司")) and len(text) > 5:
        return text[:-3], text[-3:]
    return text, ""


def _take_form(text):
    """Return the text without its legal form, and the form."""
    taken = []
    while True:
        form = next(
            (
                form
                for form in (*_LEGAL_FORMS, *_SHOPS)
                if text.endswith(form) and len(text) - len(form) >= 2
            ),
            "",
        )
        if not form:
            return text, "".join(reversed(taken))
        text = text[: -len(form)]
        taken.append(form)


_TRADE_SET = frozenset(
    (Path(__file__).with_name("words") / "trades.txt")
    .read_text(encoding="utf-8")
    .splitlines()
)
_TRADE_LENGTHS = sorted({len(trade) for trade in _TRADE_SET}, reverse=True)


def _take_core(text):
    """Return brand, places and trades of a name without form."""
    places = []
    rest = text
    while True:
        place, end = china_places.place_at(rest)
        if not place or len(rest) - end < 2:
            break
        places.append(place)
        rest = rest[end:]
        district = _DISTRICT.match(rest)
        if district:
            rest = rest[district.end() :]
    for start in range(max(4, len(rest) - 8), len(rest) - 1):
        # 诺深科技北京
        place, end = china_places.place_at(rest, start)
        if place and end == len(rest):
            places.append(place)
            rest = rest[:start]
            break
    rest, trades = _take_trades(rest)
    if len(rest) < 2 and places:
        # 青岛啤酒, 上海滩: the place is the brand
        rest = places[-1] + rest
        return rest, tuple(places[:-1]), trades
    if not rest:
        return (trades[0], tuple(places), trades[1:]) if trades else ("", (), ())
    # 诺深北京科技
    for start in range(2, len(rest) - 1):
        place, end = china_places.place_at(rest, start)
        if place and (end == len(rest) or text[-len(rest) :] != rest):
            inner, more = _take_trades(rest[end:])
            places.append(place)
            return rest[:start] + inner, tuple(places), (*more, *trades)
    return rest, tuple(places), trades


def _take_trades(text):
    """Return what is left of a text when the trades at its end are taken."""
    trades = []
    while len(text) > 1:
        for length in _TRADE_LENGTHS:
            word = text[-length:]
            if len(word) == length and word in _TRADE_SET:
                trades.insert(0, word)
                text = text[:-length]
                break
        else:
            break
    return text, tuple(trades)


# ------------------------------------------------------------
# LIKENESS
# ------------------------------------------------------------


def similarity(first, second):
    """Return how surely two names mean one company, from 0 to 1 (float).

    :param first: CompanyName, or str
    :param second: CompanyName, or str
    """
    one = parse(first) if isinstance(first, str) else first
    two = parse(second) if isinstance(second, str) else second
    if not one.text or not two.text:
        return 0.0
    if one.text == two.text:
        return 1.0
    score = _brand_likeness(one, two) * _trade_likeness(one.trades, two.trades)
    if not china_places.are_compatible(one.places, two.places):
        score *= 0.5
    elif bool(set(one.places) - {"中国"}) != bool(set(two.places) - {"中国"}):
        score *= 0.96
    if one.branch != two.branch:
        score *= 0.5
    if _form_class(one.form) != _form_class(two.form):
        score *= 0.93
    if _NUMERAL.findall(one.core) != _NUMERAL.findall(two.core):
        score *= 0.4
    return round(min(score, 0.99), 3)


def is_same_registered(one, two):
    """Return whether two CompanyNames are one registered name (bool).

    Company names are unique within their place and trade: the same place, brand, trade,
    form and branch, all of them written, is the same company.
    """
    return (
        one.is_registered
        and two.is_registered
        and one.brand == two.brand
        and one.trades == two.trades
        and set(one.places) == set(two.places)
        and one.branch == two.branch
        and _form_class(one.form) == _form_class(two.form)
    )


def registered_key(name):
    """Return what two spellings of one registered name have in common (str).

    :param CompanyName name: of a name that reads as in the trade register, or not
    """
    if not name.is_registered:
        return name.text
    parts = (*sorted(name.places), name.brand, *name.trades, name.branch)
    return "|".join((*parts, _form_class(name.form)))


def _form_class(form):
    """Return ``shop``, ``stock`` or "" for what is a company or not said."""
    if any(form.endswith(shop) for shop in _SHOPS):
        return "shop"
    return ""


def _brand_likeness(one, two):
    a, b = one.brand, two.brand
    if a == b:
        # a brand of one character, or of one that is a trade, tells little
        return 1.0 if len(a) > 1 else 0.7
    if one.core == two.core:
        return 1.0
    if len(a) == len(b) > 1 and all(map(_sound_alike, a, b)):
        return 0.9
    short, long = sorted((a, b), key=len)
    ratio = SequenceMatcher(None, a, b, autojunk=False).ratio()
    if a.isascii() and b.isascii():
        return 0.9 if ratio >= 0.9 and len(short) >= 6 else ratio * 0.7
    is_slip = len(short) >= 4 and short[0] == long[0] and short[-1] == long[-1]
    if is_slip and sorted(a) == sorted(b):
        # two characters changed places
        return 0.88
    if is_slip and len(long) - len(short) == 1 and _is_one_less(short, long):
        return 0.88
    # 新诺深, 诺深东方: a brand in another one is another one
    return min(ratio * 0.7, 0.66)


@lru_cache(maxsize=8192)
def _readings(char):
    return frozenset(pinyin(char, style=Style.NORMAL, heteronym=True)[0])


def _sound_alike(one, two):
    """Return whether two characters are typed by the same keys (bool)."""
    return one == two or (
        is_chinese(one) and is_chinese(two) and bool(_readings(one) & _readings(two))
    )


def _is_one_less(short, long):
    return any(
        long[:index] + long[index + 1 :] == short for index in range(1, len(long) - 1)
    )


def _trade_likeness(one, two):
    if one == two:
        return 1.0
    first, second = ({*trades} - _FILLERS or {*trades} for trades in (one, two))
    if not first or not second:
        return 0.88
    if first == second:
        return 0.97
    if first <= second or second <= first or _contained(first, second):
        return 0.84
    if first & second:
        return 0.66
    if any(first & kin and second & kin for kin in _KIN):
        return 0.76
    return 0.4


def _contained(first, second):
    one, two = "".join(sorted(first)), "".join(sorted(second))
    return one in two or two in one
