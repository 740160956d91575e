"""What a filled form means: which questions are seen, and what is wrong with answers.

``static/public/engine.js`` says the same line by line; a test compares both on
generated forms. What the browser shows is a courtesy, what this module says is valid.
"""

import re
from datetime import date
from typing import Any, NamedTuple

from .places import cities

LAYOUT = frozenset({"section", "statement", "page_break"})
TEXTS = frozenset({"text", "textarea", "number", "phone", "email"})
CHOICES = frozenset({"select", "radio", "checkbox"})
LISTS = frozenset({"checkbox", "place", "file"})

# what people type around a value, the same in both languages; \s is not
BLANKS = " \t\r\n\u00a0\u3000"
NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,6})?")
DAY = re.compile(r"(19|20|21)([0-9]{2})-([0-9]{2})-([0-9]{2})")
TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
PHONE = re.compile(r"[+]?[0-9() /-]{5,24}")
# a Chinese mobile number has eleven digits; hot lines (95588, 10086) have five or six,
# other numbers seven or more. What is no number of anybody is a slip of the finger.
PHONE_DIGITS = re.compile(r"(?!1[3-9])[0-9]{7,}|1[3-9][0-9]{9}|(9[56]|1[02])[0-9]{3,4}")
EMAIL = re.compile(
    r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9]([A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24}"
)
# patterns to choose from: one typed by a user could keep a server busy for ever
PATTERNS = {
    "cn_mobile": re.compile(r"(\+?86)?[ -]?1[3-9][0-9]{9}"),
    "cn_id": re.compile(r"[1-9][0-9]{16}[0-9Xx]"),
    "credit_code": re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}"),
    "postcode": re.compile(r"[0-9]{6}"),
    "digits": re.compile(r"[0-9]+"),
    "letters": re.compile(r"[A-Za-z]+"),
    "web": re.compile(r"https?://[A-Za-z0-9.-]{1,200}(:[0-9]{1,5})?(/[!-~]{0,800})?"),
}
# characters, where a form says nothing
LENGTHS = {"text": 500, "textarea": 5000, "number": 24, "phone": 32, "email": 254}


class Outcome(NamedTuple):
    """What a filled form means.

    :ivar list visible: ids of the elements that are seen, in their order
    :ivar list required: ids of those that need an answer
    :ivar list pages: numbers of the pages walked through, the first is 0
    :ivar list errors: of [id, code], in the order of the elements; the code ``rule:ID``
        stands for the message of a rule
    :ivar str ended: id of the rule that ended the form early, "" for none
    :ivar dict values: the answers that count, by id
    """

    visible: list
    required: list
    pages: list
    errors: list
    ended: str
    values: dict


def is_empty(value: Any) -> bool:
    return value is None or value is False or value == "" or value == []


def clean(element: dict, value: Any) -> tuple[Any, bool]:
    """Return a value as it is kept, and whether it had the right type (bool)."""
    kind = element["kind"]
    if value is None:
        return None, True
    if kind in LISTS:
        is_list = isinstance(value, list)
        if not is_list or not all(isinstance(part, str) for part in value):
            return None, False
        return value, True
    if kind == "consent":
        return (True, True) if value is True else (None, value is False)
    if kind == "rating":
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return (value, True) if is_number else (None, False)
    if not isinstance(value, str):
        return None, False
    return value.strip(BLANKS), True


def pages_of(elements: list) -> list:
    """Return the elements of each page, a list of lists; page breaks begin theirs."""
    pages = [[]]
    for element in elements:
        if element["kind"] == "page_break":
            pages.append([])
        pages[-1].append(element)
    return pages


def evaluate(content: dict, values: dict) -> Outcome:
    """Say what a filled form means.

    :param content: a form as the designer makes it, checked by ``schema``
    :param values: what was entered, by id of the element
    """
    walk = _Walk(content, values)
    page = 0
    while page is not None:
        page = walk.page(page)
    walk.check()
    return Outcome(
        walk.visible, walk.required, walk.pages, walk.errors, walk.ended, walk.values
    )


class _Walk:
    """The way through the pages; each condition looks back at what is known."""

    def __init__(self, content, values):
        self.rules = content.get("rules", [])
        self.sheets = pages_of(content["elements"])
        self.elements = {part["id"]: part for part in content["elements"]}
        self.place = {
            part["id"]: number
            for number, sheet in enumerate(self.sheets)
            for part in sheet
        }
        self.entered = values
        self.visible = []
        self.required = []
        self.pages = []
        self.errors = []
        self.ended = ""
        self.values = {}
        self.wrong = set()

    def page(self, number):
        """Walk through a page; return the number of the next one, None at the end."""
        self.pages.append(number)
        section_seen = True
        for element in self.sheets[number]:
            kind = element["kind"]
            if kind == "page_break":
                self.visible.append(element["id"])
                continue
            seen = self._is_seen(element)
            if kind == "section":
                section_seen = seen
            elif not section_seen:
                seen = False
            if seen:
                self._see(element)
        for rule in self.rules:
            if rule["action"] not in ("jump", "end") or self._leaves(rule) != number:
                continue
            if self._matches(rule):
                if rule["action"] == "end":
                    self.ended = rule["id"]
                    return None
                return self.place[rule["page"]]
        return number + 1 if number + 1 < len(self.sheets) else None

    def check(self):
        """Find what is wrong with the answers that are seen."""
        rules = [rule for rule in self.rules if rule["action"] == "error"]
        said = {}
        for rule in rules:
            target = rule["targets"][0]
            if target not in said and self._matches(rule):
                said[target] = f"rule:{rule['id']}"
        for key in self.visible:
            element = self.elements[key]
            if element["kind"] in LAYOUT:
                continue
            error = "type" if key in self.wrong else ""
            error = error or problem(
                element, self.values.get(key), key in self.required
            )
            error = error or said.get(key, "")
            if error:
                self.errors.append([key, error])

    def _see(self, element):
        key = element["id"]
        self.visible.append(key)
        if element["kind"] in LAYOUT:
            return
        if element.get("required") or self._any("require", key):
            self.required.append(key)
        value, is_right = clean(element, self.entered.get(key))
        if not is_right:
            self.wrong.add(key)
        elif not is_empty(value):
            self.values[key] = value

    def _is_seen(self, element):
        key = element["id"]
        if self._any("hide", key):
            return False
        has_show = any(
            rule["action"] == "show" and key in rule["targets"] for rule in self.rules
        )
        return not has_show or self._any("show", key)

    def _any(self, action, key):
        return any(
            rule["action"] == action and key in rule["targets"] and self._matches(rule)
            for rule in self.rules
        )

    def _leaves(self, rule):
        """Return the page (int) that a rule is asked on leaving."""
        return max(self.place[part["field"]] for part in rule["conditions"])

    def _matches(self, rule):
        found = [
            holds(self.elements[part["field"]], part, self.values.get(part["field"]))
            for part in rule["conditions"]
        ]
        return any(found) if rule["match"] == "any" else all(found)


def holds(element: dict, condition: dict, value: Any) -> bool:
    """Return whether a condition on an answer is true."""
    operator, wanted = condition["op"], condition.get("value", "")
    if operator in ("empty", "filled"):
        return is_empty(value) == (operator == "empty")
    if operator in ("is", "is_not"):
        return _equals(element["kind"], value, wanted) == (operator == "is")
    if operator in ("contains", "not_contains"):
        found = not is_empty(value) and wanted in (
            value if isinstance(value, list) else str(value)
        )
        return found == (operator == "contains")
    return _compares(element["kind"], operator, value, wanted)


def _equals(kind, value, wanted):
    if is_empty(value):
        return False
    if kind == "consent":
        return wanted == "true"
    if kind in ("number", "rating"):
        mine, other = number_of(value), number_of(wanted)
        return mine is not None and mine == other
    return wanted in value if isinstance(value, list) else value == wanted


def _compares(kind, operator, value, wanted):
    if is_empty(value) or isinstance(value, list):
        return False
    mine, other = value, wanted
    if kind in ("number", "rating"):
        mine, other = number_of(value), number_of(wanted)
    elif kind not in ("date", "time"):
        return False
    if mine is None or other is None:
        return False
    if operator == "gt":
        return mine > other
    if operator == "ge":
        return mine >= other
    return mine < other if operator == "lt" else mine <= other


def number_of(value: Any) -> float | None:
    """Return the number that an answer is, None for none."""
    text = str(value)
    return float(text) if NUMBER.fullmatch(text) else None


def problem(element: dict, value: Any, required: bool) -> str:
    """Return the code of what is wrong with an answer, "" when it is right."""
    if is_empty(value):
        return "required" if required else ""
    kind = element["kind"]
    if kind in TEXTS:
        return _text_problem(element, value)
    if kind in CHOICES:
        known = {option["value"] for option in element["options"]}
        chosen = value if isinstance(value, list) else [value]
        if len(set(chosen)) < len(chosen) or not known.issuperset(chosen):
            return "option"
        return _count_problem(element, len(chosen)) if kind == "checkbox" else ""
    if kind == "rating":
        return "" if 1 <= value <= element.get("scale", 5) else "option"
    if kind == "place":
        is_known = len(value) == 2 and value[1] in cities().get(value[0], ())
        return "" if is_known else "option"
    if kind == "file":
        return "many" if len(value) > element.get("max_files", 1) else ""
    if kind in ("date", "time"):
        return _moment_problem(element, value)
    return ""


def _text_problem(element, value):
    kind = element["kind"]
    low, high = number_of(element.get("min", "")), number_of(element.get("max", ""))
    if len(value) > LENGTHS[kind]:
        return "long"
    if kind == "number":
        number = number_of(value)
        if number is None:
            return "number"
        if low is not None and number < low:
            return "min"
        return "max" if high is not None and number > high else ""
    if kind == "phone":
        return "" if _is_phone(value) else "phone"
    if kind == "email":
        return "" if EMAIL.fullmatch(value) else "email"
    if low is not None and len(value) < low:
        return "short"
    if high is not None and len(value) > high:
        return "long"
    pattern = PATTERNS.get(element.get("pattern", ""))
    return "pattern" if pattern and not pattern.fullmatch(value) else ""


def _is_phone(value):
    digits = re.sub(r"[^0-9]", "", value)
    if value.startswith("+"):
        is_whole = len(digits) >= 7
    else:
        is_whole = PHONE_DIGITS.fullmatch(digits)
    return bool(PHONE.fullmatch(value) and is_whole)


def _count_problem(element, count):
    low, high = number_of(element.get("min", "")), number_of(element.get("max", ""))
    if low is not None and count < low:
        return "few"
    return "many" if high is not None and count > high else ""


def _moment_problem(element, value):
    if not (is_day(value) if element["kind"] == "date" else TIME.fullmatch(value)):
        return element["kind"]
    low, high = element.get("min", ""), element.get("max", "")
    if low and value < low:
        return "min"
    return "max" if high and value > high else ""


def is_day(text: str) -> bool:
    """Return whether a text is a day of the calendar, such as 2026-11-22."""
    if not DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
