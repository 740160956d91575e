"""Makes the labelled pairs that the duplicate check is judged by.

Run ``python3 tests/bench/kit/pairs.py BRANDS`` with a list of brand names, one a line
(the pairs in the repository come from a public list of Chinese brands), to write
``addons/crm_base/tests/data/duplicate_pairs.tsv``: label, kind, one name, other name.

The labels are true by construction: a duplicate is one registered name in two of the
writings in which salespeople enter it; a non-duplicate is two companies that the trade
register would keep apart, chosen to look alike. Words and places are those of the
benchmark's customers, not those that the duplicate check knows. Its rules were tuned on
pairs of another seed, so that these are new to it.
"""

import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
TARGET = HERE.parents[2] / "addons/crm_base/tests/data/duplicate_pairs.tsv"
EACH = 25
TRADITIONAL = dict(
    zip(
        "东业义乐云亚亿伟众优会传华国圆图团场声处备头奥宝实家寻导尔层岁岛币师广庆开异"
        "张强归录总恒战护报担择据无时显智术机条来杰极构枫标样桥梦检楼欧气汇汉汤沟沪泽"
        "泾测济浓涛润涨灵灿炉点炼热爱牵状独现环电画畅盘众码确离种稳窝竞筑筹简类粮纪纯"
        "纵纺线练组细织终经结统继续维综绿缘网罗美联肤胜腾脑艺节芦苏苹荣药莱萧蓝虑虽补"
        "装览观规视觉触训议讯记讲设访评识词译试诗诚话询该语说请诺读课调谈谊谱豪贝财责"
        "贤货质贵费贺资赛赞赢车轨转轮软轻载辉输辽达运进远连迈适选通逻邦邮郑部释里重针"
        "钢钱钻铁铃铜铝铭银锋锐锦键镇长门间闪问闻阁队阳阴际陆陈险隆随难雅雾静韩页项顺"
        "须顾顿预领频题颜风飞饭饮饰馆马驰驱验骏骑高鱼鲁鲜鸟鸡鸣鸿鹏鹤麦黄齐龙龟",
        "東業義樂雲亞億偉眾優會傳華國圓圖團場聲處備頭奧寶實家尋導爾層歲島幣師廣慶開異"
        "張強歸錄總恆戰護報擔擇據無時顯智術機條來傑極構楓標樣橋夢檢樓歐氣匯漢湯溝滬澤"
        "涇測濟濃濤潤漲靈燦爐點煉熱愛牽狀獨現環電畫暢盤眾碼確離種穩窩競築籌簡類糧紀純"
        "縱紡線練組細織終經結統繼續維綜綠緣網羅美聯膚勝騰腦藝節蘆蘇蘋榮藥萊蕭藍慮雖補"
        "裝覽觀規視覺觸訓議訊記講設訪評識詞譯試詩誠話詢該語說請諾讀課調談誼譜豪貝財責"
        "賢貨質貴費賀資賽贊贏車軌轉輪軟輕載輝輸遼達運進遠連邁適選通邏邦郵鄭部釋里重針"
        "鋼錢鑽鐵鈴銅鋁銘銀鋒銳錦鍵鎮長門間閃問聞閣隊陽陰際陸陳險隆隨難雅霧靜韓頁項順"
        "須顧頓預領頻題顏風飛飯飲飾館馬馳驅驗駿騎高魚魯鮮鳥雞鳴鴻鵬鶴麥黃齊龍龜",
        strict=True,
    )
)


class Company(NamedTuple):
    """A registered company: place, brand, trade, form."""

    place: str
    brand: str
    trade: str
    form: str = "有限公司"

    @property
    def name(self) -> str:
        """The name in the register."""
        return f"{self.place}{self.brand}{self.trade}{self.form}"


def wide(text: str) -> str:
    """The text in full width, as an input method leaves it."""
    return "".join(
        chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text
    )


def traditional(text: str) -> str:
    """The text as a colleague in Taiwan or Hong Kong writes it."""
    return "".join(TRADITIONAL.get(char, char) for char in text)


SAME: dict[str, Callable[[Company, random.Random], tuple[str, str]]] = {
    "form": lambda c, r: (c.name, c._replace(form="有限责任公司").name),
    "no form": lambda c, r: (c.name, c._replace(form="").name),
    "place in brackets": lambda c, r: (
        c.name,
        f"{c.brand}{c.trade}（{c.place}）{c.form}",
    ),
    "no place": lambda c, r: (c.name, c._replace(place="").name),
    "place and form left out": lambda c, r: (c.name, c.brand + c.trade),
    "city in full": lambda c, r: (c.name, c._replace(place=c.place + "市").name),
    "traditional": lambda c, r: (c.name, traditional(c.name)),
    "blanks and signs": lambda c, r: (
        c.name,
        f" {c.place} {c.brand}-{c.trade} ({r.choice(('新', '老客户', '重复'))})",
    ),
    "one character typed wrong": lambda c, r: (c.name, _mistyped(c, r)),
    "group": lambda c, r: (
        c._replace(form="股份有限公司").name,
        c._replace(form="集团股份有限公司").name,
    ),
}
HOMOPHONES = {
    "华": "花", "达": "答", "盛": "胜", "丰": "风", "利": "力", "美": "每", "佳": "加",
    "金": "今", "信": "新", "源": "元", "恒": "横", "康": "慷", "宏": "红", "诚": "成",
    "明": "名", "嘉": "佳", "天": "添", "鑫": "新", "伟": "委", "科": "颗", "博": "伯",
    "尚": "上", "元": "园", "新": "欣", "力": "利", "安": "氨", "家": "佳", "东": "冬",
    "龙": "隆", "大": "达", "优": "悠", "世": "视", "乐": "勒", "海": "孩", "国": "帼",
    "欧": "殴", "艺": "易", "雅": "哑", "丽": "利", "光": "广", "宝": "保", "福": "富",
}  # fmt: skip


def _mistyped(company: Company, rng: random.Random) -> str:
    for index, char in enumerate(company.brand):
        if char in HOMOPHONES:
            brand = company.brand
            brand = brand[:index] + HOMOPHONES[char] + brand[index + 1 :]
            return company._replace(brand=brand).name
    raise ValueError(company.brand)


OTHER: dict[str, Callable[[Company, Company, random.Random], tuple[str, str]]] = {
    "other brand, all else the same": lambda c, o, r: (
        c.name,
        c._replace(brand=o.brand).name,
    ),
    "brand with one character in common": lambda c, o, r: (
        c.name,
        c._replace(brand=c.brand[0] + o.brand[-1]).name,
    ),
    "other trade": lambda c, o, r: (c.name, c._replace(trade=o.trade).name),
    "other place": lambda c, o, r: (c.name, c._replace(place=o.place).name),
    "branch of it": lambda c, o, r: (c.name, f"{c.name}{o.place}分公司"),
    "two branches": lambda c, o, r: (
        f"{c.name}{o.place}分公司",
        f"{c.name}{_third(c, o, r)}分公司",
    ),
    "first and second": lambda c, o, r: (
        f"{c.place}{c.brand}第一{c.trade}厂",
        f"{c.place}{c.brand}第二{c.trade}厂",
    ),
    "longer brand": lambda c, o, r: (c.name, c._replace(brand="新" + c.brand).name),
    "same place and trade, short": lambda c, o, r: (
        c.place + c.brand + c.trade,
        c.place + o.brand + c.trade,
    ),
    "brand of one in the other": lambda c, o, r: (
        c.name,
        c._replace(brand=c.brand + o.brand).name,
    ),
}


def _third(one: Company, two: Company, rng: random.Random) -> str:
    return rng.choice(
        [place for place in _places() if place not in (one.place, two.place)]
    )


def _read(name: str) -> list[str]:
    return (HERE / "words" / name).read_text(encoding="utf-8").splitlines()


def _places() -> list[str]:
    return [line.split("\t")[0] for line in _read("places.tsv")]


def pairs(brands: list[str], seed: int = 7) -> Iterator[tuple[int, str, str, str]]:
    """Give label (1 is a duplicate), kind and two names, 25 of each kind."""
    rng = random.Random(seed)
    places, trades = _places(), _read("trades.txt")
    good = [brand for brand in brands if 2 <= len(brand) <= 4]

    def company(brand: str) -> Company:
        return Company(rng.choice(places), brand, rng.choice(trades))

    for kind, make in SAME.items():
        chosen = good
        if kind == "one character typed wrong":
            chosen = [brand for brand in good if set(brand) & set(HOMOPHONES)]
        if kind == "traditional":
            chosen = [brand for brand in good if set(brand) & set(TRADITIONAL)]
        for _number in range(EACH):
            yield 1, kind, *make(company(rng.choice(chosen)), rng)
    for kind, distinguish in OTHER.items():
        for _number in range(EACH):
            one, two = company(rng.choice(good)), company(rng.choice(good))
            while (
                one.place == two.place
                or one.brand[-1] == two.brand[-1]
                or set(one.trade) & set(two.trade)
            ):
                two = company(rng.choice(good))
            yield 0, kind, *distinguish(one, two, rng)


if __name__ == "__main__":
    words = Path(sys.argv[1]).read_text(encoding="utf-8").split()
    TARGET.write_text(
        "".join("\t".join(map(str, row)) + "\n" for row in pairs(words)),
        encoding="utf-8",
    )
