"""Places that stand in the names of Chinese companies: provinces and their cities.

Names are short and simplified (江苏, 苏州), without 省, 市 or 自治区.
"""

from functools import cache
from pathlib import Path

# a line for each province, with its cities behind the bar
WORDS = Path(__file__).with_name("words") / "places.txt"

COUNTRY = "中国"
# what may follow a place's short name, longest first
SUFFIXES = (
    "特别行政区",
    "维吾尔自治区",
    "壮族自治区",
    "回族自治区",
    "自治区",
    "自治州",
    "新区",
    "地区",
    "省",
    "市",
)


@cache
def provinces():
    """Return the province (str) of each place (dict), provinces and 中国 themselves
    included."""
    known = {COUNTRY: COUNTRY, "中华": COUNTRY, "全国": COUNTRY}
    for line in WORDS.read_text(encoding="utf-8").splitlines():
        province, cities = line.split("|")
        known[province] = province
        known.update(dict.fromkeys(cities.split(), province))
    return known


@cache
def lengths():
    """Return the lengths (list of int) of the places' names, longest first."""
    return sorted({len(name) for name in provinces()}, reverse=True)


@cache
def _beginnings():
    return frozenset(name[0] for name in provinces())


def place_at(text, start=0):
    """Return the place (str) that begins at ``start`` of ``text``, and where it ends.

    :rtype: tuple[str, int]
    """
    if text[start : start + 1] not in _beginnings():
        return "", start
    for length in lengths():
        name = text[start : start + length]
        if len(name) == length and name in provinces():
            end = start + length
            for suffix in SUFFIXES:
                if text.startswith(suffix, end) and name != COUNTRY:
                    end += len(suffix)
                    break
            return name, end
    return "", start


def are_compatible(first, second):
    """Return whether two companies may be in the same place (bool).

    A province holds its cities, and the country everything.

    :param tuple[str] first: the places in one name
    :param tuple[str] second: the places in the other
    """
    known = provinces()
    places = [{name for name in names if name != COUNTRY} for names in (first, second)]
    if not all(places):
        return True
    if {known[name] for name in places[0]} & {known[name] for name in places[1]}:
        cities = [{name for name in names if known[name] != name} for names in places]
        return not all(cities) or bool(cities[0] & cities[1])
    return False
