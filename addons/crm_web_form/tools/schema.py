"""What a form may look like: one document of elements, rules and styles.

``checked`` refuses what no designer of ours makes; ``problems`` says what is still
missing before a form can be published.
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .engine import CHOICES, LAYOUT, PATTERNS, TIME, is_day, number_of, pages_of

MAX_ELEMENTS = 200
MAX_RULES = 100
MAX_OPTIONS = 200
MAX_TARGETS = 50
MAX_CONDITIONS = 10
MAX_TITLE = 200
ID = re.compile(r"[a-z][a-z0-9_]{0,23}")
COLOR = re.compile(r"#[0-9a-f]{6}")
FILE_KINDS = ("image", "pdf", "office", "text")
LANGUAGES = ("auto", "zh_CN", "zh_TW", "en_US")
ACTIONS = ("show", "hide", "require", "jump", "end", "error")
OPERATORS = (
    "is",
    "is_not",
    "contains",
    "not_contains",
    "empty",
    "filled",
    "gt",
    "ge",
    "lt",
    "le",
)


class Refused(ValueError):
    """The document is none of ours."""


class Problem(NamedTuple):
    """Something that is still missing.

    :ivar str subject: id of the element or rule, "" for the form
    :ivar str code: what is missing
    """

    subject: str
    code: str


def text(limit: int) -> Callable:
    def check(value):
        if not isinstance(value, str) or len(value) > limit:
            raise Refused("text")
        if not storable(value):
            raise Refused("characters")
        return value

    return check


def storable(value: str) -> bool:
    """Return whether the database can keep a text: no zero byte, no half character."""
    return "\x00" not in value and not re.search(r"[\ud800-\udfff]", value)


def one_of(*choices: str) -> Callable:
    def check(value):
        if not isinstance(value, str) or value not in choices:
            raise Refused("choice")
        return value

    return check


def whole(low: int, high: int) -> Callable:
    def check(value):
        if isinstance(value, bool) or not isinstance(value, int):
            raise Refused("number")
        if not low <= value <= high:
            raise Refused("range")
        return value

    return check


def matching(pattern: re.Pattern) -> Callable:
    def check(value):
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise Refused("pattern")
        return value

    return check


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Refused("flag")
    return value


def several(check: Callable, limit: int) -> Callable:
    def check_all(value):
        if not isinstance(value, list) or len(value) > limit:
            raise Refused("list")
        return [check(part) for part in value]

    return check_all


def shaped(spec: dict, needed: tuple = ()) -> Callable:
    def check(value):
        if not isinstance(value, dict) or not spec.keys() >= value.keys():
            raise Refused("keys")
        if not value.keys() >= set(needed):
            raise Refused("missing")
        return {key: spec[key](part) for key, part in value.items()}

    return check


IDENTITY = {"id": matching(ID), "kind": text(20), "label": text(300)}
INPUT = {**IDENTITY, "help": text(1000), "required": flag, "maps": text(40)}
LIMITS = {"min": text(20), "max": text(20)}
TYPED = {**INPUT, "placeholder": text(200), "half": flag}
CHOICE = shaped({"value": matching(ID), "label": text(200)}, ("value", "label"))
OPTIONS = {"options": several(CHOICE, MAX_OPTIONS)}
KINDS = {
    "text": {
        **TYPED,
        **LIMITS,
        "pattern": one_of("", *PATTERNS),
        "unique": flag,
    },
    "textarea": {**TYPED, **LIMITS},
    "number": {**TYPED, **LIMITS, "unique": flag},
    "phone": {**TYPED, "unique": flag},
    "email": {**TYPED, "unique": flag},
    "select": {**TYPED, **OPTIONS},
    "radio": {**INPUT, **OPTIONS},
    "checkbox": {**INPUT, **OPTIONS, **LIMITS},
    "date": {**TYPED, **LIMITS},
    "time": {**TYPED, **LIMITS},
    "file": {
        **INPUT,
        "accept": several(one_of(*FILE_KINDS), len(FILE_KINDS)),
        "max_files": whole(1, 5),
    },
    "rating": {**INPUT, "scale": whole(3, 10)},
    "place": INPUT,
    "consent": INPUT,
    "section": {**IDENTITY, "help": text(1000)},
    "statement": {**IDENTITY, "help": text(5000)},
    "page_break": IDENTITY,
}
CONDITION = shaped(
    {"field": matching(ID), "op": one_of(*OPERATORS), "value": text(200)},
    ("field", "op"),
)
RULE = shaped(
    {
        "id": matching(ID),
        "match": one_of("all", "any"),
        "conditions": several(CONDITION, MAX_CONDITIONS),
        "action": one_of(*ACTIONS),
        "targets": several(matching(ID), MAX_TARGETS),
        "page": text(24),
        "message": text(500),
    },
    ("id", "match", "conditions", "action", "targets"),
)
STYLE = shaped(
    {
        "color": matching(COLOR),
        "background": matching(COLOR),
        "font_size": one_of("small", "medium", "large"),
        "width": one_of("narrow", "medium", "wide"),
    }
)
SETTINGS = shaped(
    {
        "title": text(MAX_TITLE),
        "description": text(2000),
        "submit_label": text(40),
        "success_message": text(2000),
        "redirect_url": text(500),
        "language": one_of(*LANGUAGES),
        "progress": flag,
    }
)


def _element(value):
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        raise Refused("kind")
    needed = ("id", "kind", "label", *(("options",) if kind in CHOICES else ()))
    return shaped(KINDS[kind], needed)(value)


DOCUMENT = shaped(
    {
        "elements": several(_element, MAX_ELEMENTS),
        "rules": several(RULE, MAX_RULES),
        "style": STYLE,
        "settings": SETTINGS,
    },
    ("elements", "rules", "style", "settings"),
)


def checked(document: Any) -> dict:
    """Return a copy of a document that is one of ours.

    :raise Refused: it is not; unknown keys, other types, too much of something
    """
    found = DOCUMENT(document)
    ids = [part["id"] for part in (*found["elements"], *found["rules"])]
    if len(set(ids)) < len(ids):
        raise Refused("twice")
    return found


def empty(title: str = "") -> dict:
    """Return the document of a new form."""
    return {
        "elements": [],
        "rules": [],
        "style": {
            "color": "#1f6feb",
            "background": "#f3f5f8",
            "font_size": "medium",
            "width": "medium",
        },
        "settings": {
            "title": title,
            "description": "",
            "submit_label": "",
            "success_message": "",
            "redirect_url": "",
            "language": "auto",
            "progress": True,
        },
    }


def problems(document: dict, targets: dict, hosts: frozenset = frozenset()) -> list:
    """Return what keeps a checked document from being published, a list of Problem.

    :param dict targets: kinds (set of str) that each field of a lead may be filled from
    :param hosts: names of hosts that a form may send people to
    """
    found = []
    if not any(part["kind"] not in LAYOUT for part in document["elements"]):
        found.append(Problem("", "no_questions"))
    url = document["settings"].get("redirect_url", "")
    if url and not is_safe_redirect(url, hosts):
        found.append(Problem("", "redirect"))
    mapped = set()
    for element in document["elements"]:
        found += _element_problems(element)
        target = element.get("maps")
        if target:
            if element["kind"] not in targets.get(target, ()):
                found.append(Problem(element["id"], "maps"))
            elif target in mapped:
                found.append(Problem(element["id"], "mapped_twice"))
            mapped.add(target)
    rules = _Rules(document)
    for rule in document["rules"]:
        found += [Problem(rule["id"], code) for code in rules.problems(rule)]
    return found


def is_safe_redirect(url: str, hosts: frozenset) -> bool:
    """Return whether a form may send people there: a path of ours, or a known host."""
    if not re.fullmatch(r"[!-~]{1,500}", url) or "\\" in url:
        return False
    if url.startswith("/"):
        return not url.startswith("//")
    try:
        parts = urlsplit(url)
        is_plain = parts.username is None and parts.port is None
    except ValueError:
        return False
    return parts.scheme == "https" and is_plain and parts.hostname in hosts


def _element_problems(element):
    key, kind = element["id"], element["kind"]
    if not element["label"].strip() and kind not in ("page_break", "statement"):
        yield Problem(key, "label")
    if kind == "statement" and not element.get("help", "").strip():
        yield Problem(key, "label")
    if kind in CHOICES:
        values = [option["value"] for option in element["options"]]
        labels = [option["label"].strip() for option in element["options"]]
        if not values or not all(labels):
            yield Problem(key, "options")
        if len(set(values)) < len(values) or len(set(labels)) < len(labels):
            yield Problem(key, "options_twice")
    low, high = element.get("min", ""), element.get("max", "")
    are_limits = _is_limit(kind, low) and _is_limit(kind, high)
    if not are_limits or (low and high and _order(kind, low) > _order(kind, high)):
        yield Problem(key, "limits")


def _is_limit(kind, value):
    if not value:
        return True
    if kind == "date":
        return is_day(value)
    if kind == "time":
        return bool(TIME.fullmatch(value))
    number = number_of(value)
    if number is None:
        return False
    return kind == "number" or (number >= 0 and number.is_integer())


def _order(kind, value):
    return value if kind in ("date", "time") else number_of(value)


class _Rules:
    """Rules look back only, so that there is one way to read them."""

    def __init__(self, document):
        elements = document["elements"]
        self.kinds = {part["id"]: part["kind"] for part in elements}
        self.options = {
            part["id"]: {option["value"] for option in part["options"]}
            for part in elements
            if part["kind"] in CHOICES
        }
        self.order = {part["id"]: number for number, part in enumerate(elements)}
        self.pages = {
            part["id"]: number
            for number, sheet in enumerate(pages_of(elements))
            for part in sheet
        }

    def problems(self, rule):
        asked = [part["field"] for part in rule["conditions"]]
        if not asked or any(
            self.kinds.get(field, "section") in LAYOUT for field in asked
        ):
            return ["conditions"]
        if not all(map(self._is_comparable, rule["conditions"])):
            return ["values"]
        action, targets = rule["action"], rule["targets"]
        if action == "end":
            return []
        if action == "jump":
            page = rule.get("page", "")
            if self.kinds.get(page) != "page_break":
                return ["page"]
            leaves = max(self.pages[field] for field in asked)
            return [] if self.pages[page] > leaves else ["page"]
        if not targets or any(target not in self.kinds for target in targets):
            return ["targets"]
        if action == "error":
            if self.kinds[targets[0]] in LAYOUT:
                return ["targets"]
            return [] if rule.get("message", "").strip() else ["message"]
        if any(self.kinds[target] == "page_break" for target in targets):
            return ["targets"]
        if action == "require" and any(self.kinds[part] in LAYOUT for part in targets):
            return ["targets"]
        last = max(self.order[field] for field in asked)
        return [] if all(self.order[part] > last for part in targets) else ["order"]

    def _is_comparable(self, condition):
        kind, operator = self.kinds[condition["field"]], condition["op"]
        value = condition.get("value", "")
        if operator in ("empty", "filled"):
            return True
        if operator in ("gt", "ge", "lt", "le"):
            if kind in ("number", "rating"):
                return number_of(value) is not None
            return kind in ("date", "time") and bool(value) and _is_limit(kind, value)
        if operator in ("is", "is_not") and kind in CHOICES:
            return value in self.options[condition["field"]]
        return bool(value)
