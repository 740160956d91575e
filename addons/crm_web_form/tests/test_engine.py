import json
import random

from odoo.tests import BaseCase, HttpCase, tagged

from ..tools import engine, places, schema
from .common import FormCase, document

KINDS = (
    "text",
    "textarea",
    "number",
    "phone",
    "email",
    "select",
    "radio",
    "checkbox",
    "date",
    "time",
    "file",
    "rating",
    "place",
    "consent",
    "section",
    "statement",
    "page_break",
)
# what people, and programs, put into a field
ODD = (
    None,
    "",
    " ",
    "\u3000 3 \u00a0",
    "\u001c3",
    "\ufeff3",
    "3",
    "-2.5",
    "1e3",
    "٣",
    "12345678901234567",
    "abc",
    "王小明",
    "𠮷野家",
    "a@b.cn",
    "a@b",
    "+86 138-0013-8000",
    "13800138000",
    "138001",
    "5551234",
    "95588",
    "2026-02-29",
    "2024-02-29",
    "2026-11-31",
    "2026-1-1",
    "23:59",
    "24:00",
    "x\n",
    "3\n",
    "https://example.com/a?b=c",
    "<script>alert(1)</script>",
    "a" * 501,
    "toString",
    "__proto__",
    0,
    3,
    4.0,
    2.5,
    -1,
    10**20,
    True,
    False,
    [],
    ["a"],
    ["a", "b"],
    ["a", "a"],
    ["zzz"],
    ["江苏", "苏州"],
    ["北京", "北京"],
    ["北京", "苏州"],
    ["constructor", "name"],
    ["江苏"],
    [1],
    {},
    {"a": 1},
)
LIMITS = ("", "0", "1", "2", "3", "-1", "2024-06-01", "12:00")
WANTED = ("", "a", "b", "3", "-2.5", "true", "2024-02-29", "12:00", "江苏", "王")


def some_form(dice):
    """Return a document of the shape that the designer makes, rules included."""
    elements = []
    for number in range(dice.randint(2, 12)):
        kind = dice.choice(KINDS)
        element = {"id": f"e{number}", "kind": kind, "label": f"E{number}"}
        spec = schema.KINDS[kind]
        if "required" in spec:
            element["required"] = dice.random() < 0.3
        if "options" in spec:
            element["options"] = [
                {"value": value, "label": value.upper()} for value in ("a", "b", "c")
            ]
        for name in ("min", "max"):
            if name in spec and dice.random() < 0.4:
                element[name] = dice.choice(LIMITS)
        if "pattern" in spec and dice.random() < 0.5:
            element["pattern"] = dice.choice(["", *engine.PATTERNS])
        if kind == "file":
            element["max_files"] = dice.randint(1, 3)
        if kind == "rating":
            element["scale"] = dice.randint(3, 10)
        elements.append(element)
    rules = [some_rule(dice, elements, number) for number in range(dice.randint(0, 6))]
    return document(elements, filter(None, rules))


def some_rule(dice, elements, number):
    asked = [part for part in elements if part["kind"] not in engine.LAYOUT]
    if not asked:
        return None
    rule = {
        "id": f"r{number}",
        "match": dice.choice(["all", "any"]),
        "conditions": [
            {
                "field": dice.choice(asked)["id"],
                "op": dice.choice(schema.OPERATORS),
                "value": dice.choice(WANTED),
            }
            for _condition in range(dice.randint(1, 3))
        ],
        "action": dice.choice(schema.ACTIONS),
        "targets": [dice.choice(asked)["id"] for _target in range(dice.randint(1, 2))],
    }
    if rule["action"] == "jump":
        place = {
            part["id"]: page
            for page, sheet in enumerate(engine.pages_of(elements))
            for part in sheet
        }
        leaves = max(place[part["field"]] for part in rule["conditions"])
        later = [
            part["id"]
            for part in elements
            if part["kind"] == "page_break" and place[part["id"]] > leaves
        ]
        if not later:
            return None
        rule["page"] = dice.choice(later)
    return rule


def some_values(dice, elements):
    """Return what somebody sends: mostly fitting, sometimes anything at all."""
    return {
        part["id"]: dice.choice(ODD) for part in elements if dice.random() < 0.8
    } | ({"nobody": "x"} if dice.random() < 0.1 else {})


def case(seed):
    """Return a form, answers, and what they mean, a dict."""
    dice = random.Random(seed)  # noqa: S311
    content = some_form(dice)
    values = some_values(dice, content["elements"])
    outcome = engine.evaluate(content, values)._asdict()
    kept = outcome.pop("values")
    return {
        "seed": seed,
        "content": content,
        "entered": values,
        "expected": outcome,
        "kept": kept,
    }


COMPARE = """
(() => {
    const {cases, places} = JSON.parse(%s);
    const same = (one, other) => {
        if (one === null || other === null || typeof one !== "object") {
            return one === other;
        }
        const keys = Object.keys(one);
        return keys.length === Object.keys(other).length &&
            keys.every((key) => same(one[key], other[key]));
    };
    for (const {seed, content, entered, expected, kept} of cases) {
        const {values, ...found} = crmWebForm.evaluate(content, entered, places);
        if (!same(expected, found) || !same(kept, values)) {
            const both = JSON.stringify([expected, kept, found, values]);
            console.error(`seed ${seed}: ${both}`);
            return;
        }
    }
    console.log("test successful");
})();
"""


@tagged("post_install", "-at_install")
class TestEngine(BaseCase):
    """Rules, read by the server."""

    def evaluate(self, elements, rules, values):
        content = schema.checked(document(elements, rules))
        self.assertFalse(schema.problems(content, {}))
        return engine.evaluate(content, values)

    def element(self, key, kind="text", **more):
        return {"id": key, "kind": kind, "label": key.upper(), **more}

    def rule(self, action, field, value, targets=(), **more):
        return {
            "id": f"rule_{action}",
            "match": "all",
            "conditions": [{"field": field, "op": "is", "value": value}],
            "action": action,
            "targets": list(targets),
            **more,
        }

    def test_show_and_hide(self):
        """What is not seen does not count, whatever was sent. Covers: L10."""
        elements = [self.element("a"), self.element("b", required=True)]
        rules = [self.rule("show", "a", "yes", ["b"])]
        hidden = self.evaluate(elements, rules, {"a": "no", "b": "smuggled"})
        self.assertEqual(hidden.visible, ["a"])
        self.assertEqual(hidden.values, {"a": "no"})
        self.assertFalse(hidden.errors)
        shown = self.evaluate(elements, rules, {"a": "yes"})
        self.assertEqual(shown.errors, [["b", "required"]])

    def test_chain(self):
        """A question that is hidden answers nothing for later rules. Covers: L10."""
        elements = [self.element(key) for key in "abc"]
        first = self.rule("show", "a", "1", ["b"])
        second = {**self.rule("show", "b", "1", ["c"]), "id": "second"}
        found = self.evaluate(elements, [first, second], {"a": "", "b": "1"})
        self.assertEqual(found.visible, ["a"])

    def test_section(self):
        """A hidden section hides what stands in it. Covers: L10."""
        elements = [
            self.element("a"),
            self.element("s", "section"),
            self.element("b"),
            self.element("t", "section"),
            self.element("c"),
        ]
        rules = [self.rule("hide", "a", "1", ["s"])]
        found = self.evaluate(elements, rules, {"a": "1"})
        self.assertEqual(found.visible, ["a", "t", "c"])

    def test_pages(self):
        """A rule jumps over pages, or ends the form early. Covers: L10."""
        elements = [
            self.element("a"),
            self.element("p1", "page_break"),
            self.element("b", required=True),
            self.element("p2", "page_break"),
            self.element("c"),
        ]
        rules = [self.rule("jump", "a", "far", page="p2"), self.rule("end", "a", "no")]
        all_of_it = self.evaluate(elements, rules, {"a": "x", "b": "1"})
        self.assertEqual(all_of_it.pages, [0, 1, 2])
        jump = self.evaluate(elements, rules, {"a": "far", "b": "1", "c": "2"})
        self.assertEqual(jump.pages, [0, 2])
        self.assertEqual(jump.values, {"a": "far", "c": "2"})
        end = self.evaluate(elements, rules, {"a": "no", "c": "2"})
        self.assertEqual((end.pages, end.ended), ([0], "rule_end"))
        self.assertEqual(end.values, {"a": "no"})

    def test_require_and_message(self):
        """A rule asks for an answer, or refuses one with a message. Covers: L10."""
        elements = [self.element("a"), self.element("b"), self.element("c", "number")]
        rules = [
            self.rule("require", "a", "1", ["b"]),
            {
                "id": "low",
                "match": "all",
                "conditions": [{"field": "c", "op": "lt", "value": "10"}],
                "action": "error",
                "targets": ["c"],
                "message": "At least ten",
            },
        ]
        found = self.evaluate(elements, rules, {"a": "1", "c": "9"})
        self.assertEqual(found.errors, [["b", "required"], ["c", "rule:low"]])

    def test_every_kind(self):
        """Right and wrong answers of each kind. Covers: L10."""
        options = [{"value": "a", "label": "A"}, {"value": "b", "label": "B"}]
        table = [
            ({"kind": "text", "min": "2", "max": "3"}, ["ab", "𠮷野"], ["a", "abcd"]),
            ({"kind": "text", "pattern": "cn_mobile"}, ["13800138000"], ["12345"]),
            ({"kind": "text", "pattern": "postcode"}, ["210000"], ["2100００"]),
            ({"kind": "number", "min": "0"}, ["0", "7.5"], ["-1", "٣", "1e3", "x"]),
            ({"kind": "email"}, ["a.b@c-d.com.cn"], ["a@b", "a b@c.cn", "@c.cn"]),
            (
                {"kind": "phone"},
                [
                    "+86 (21) 5555-1234",
                    "138 1234 5678",
                    "0086 13812345678",
                    "021-55551234",
                    "5555123",
                    "95588",
                    "+44 20 7946 0000",
                ],
                ["call me", "1", "138123", "138 1234 56789", "54321", "+86 138"],
            ),
            ({"kind": "select", "options": options}, ["a"], ["c", ["a"], 1]),
            ({"kind": "radio", "options": options}, ["b"], ["", "B"][1:]),
            (
                {"kind": "checkbox", "options": options, "max": "1"},
                [["a"]],
                [["a", "b"], ["a", "a"], ["c"], "a", [1]],
            ),
            ({"kind": "date", "min": "2026-01-01"}, ["2026-02-28"], ["2026-02-29"]),
            ({"kind": "time"}, ["09:30"], ["25:00", "9:30"]),
            ({"kind": "rating", "scale": 5}, [5], [0, 6, "5", True, 2.5]),
            ({"kind": "place"}, [["江苏", "苏州"]], [["江苏", "杭州"], ["江苏"]]),
            ({"kind": "consent"}, [True], ["true", 1]),
        ]
        for spec, right, wrong in table:
            element = {"id": "q", "label": "Q", **spec}
            for value in right:
                found = self.evaluate([element], [], {"q": value})
                self.assertFalse(found.errors, (spec, value))
                self.assertEqual(found.values["q"], value)
            for value in wrong:
                found = self.evaluate([element], [], {"q": value})
                self.assertTrue(found.errors, (spec, value))

    def test_never_breaks(self):
        """Whatever is sent gets an answer, and only seen answers count. Covers: L10."""
        for seed in range(3000):
            found = case(seed)
            self.assertLessEqual(set(found["kept"]), set(found["expected"]["visible"]))

    def test_rules_look_back(self):
        """A rule that looks forward is not published, so no rules run in circles.

        Covers: L10."""
        elements = [self.element("a"), self.element("b")]
        rules = [self.rule("show", "b", "1", ["a"])]
        problems = schema.problems(document(elements, rules), {})
        self.assertEqual([part.code for part in problems], ["order"])


@tagged("post_install", "-at_install")
class TestEngineInBrowser(FormCase, HttpCase):
    def test_same_in_browser(self):
        """Browser and server read 1,500 generated forms alike. Covers: L10."""
        cases = [case(seed) for seed in range(1500)]
        text = json.dumps({"cases": cases, "places": places.cities()})
        self.browser_js(
            f"/crm/form/{self.form.token}",
            COMPARE % json.dumps(text),
            "Boolean(globalThis.crmWebForm && crmWebForm.evaluate)",
            timeout=120,
        )
