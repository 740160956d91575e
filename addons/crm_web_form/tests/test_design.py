import copy
import random

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from ..tools import schema
from .common import FormCase, document


@tagged("post_install", "-at_install")
class TestDesign(FormCase):
    def test_save(self):
        """A draft is stored; visitors see the published one until then. Covers: L10."""
        form = self.form.with_user(self.manager)
        design = form.get_design()
        self.assertEqual(design["content"], document())
        self.assertFalse(design["problems"])
        changed = document(title="Other")
        found = form.save_design(changed, design["revision"])
        self.assertEqual((found["saved"], found["revision"]), (True, 2))
        again = form.save_design(changed, found["revision"])
        self.assertEqual(again["revision"], 2, "nothing changed")
        self.assertEqual(form.version_id.content, document())

    def test_conflict(self):
        """Two who design at once do not overwrite each other. Covers: L10."""
        form = self.form.with_user(self.manager)
        mine = form.get_design()
        theirs = self.form.with_user(self.director)
        theirs.save_design(document(title="Theirs"), mine["revision"])
        found = form.save_design(document(title="Mine"), mine["revision"])
        self.assertFalse(found["saved"])
        self.assertEqual(found["user"], "Dora")
        self.assertEqual(self.form.content["settings"]["title"], "Theirs")
        found = form.save_design(document(title="Mine"), found["revision"])
        self.assertTrue(found["saved"], "who insists may")

    def test_problems(self):
        """What is missing is said, and keeps a form from being published.

        Covers: L10."""
        text = {"id": "a", "kind": "text", "label": "A"}
        option = {"value": "x", "label": "X"}
        for elements, rules, code in (
            ([], [], "no_questions"),
            ([{**text, "label": " "}], [], "label"),
            ([{**text, "kind": "radio", "options": []}], [], "options"),
            (
                [{**text, "kind": "radio", "options": [option, option]}],
                [],
                "options_twice",
            ),
            ([{**text, "min": "5", "max": "3"}], [], "limits"),
            ([{**text, "min": "x"}], [], "limits"),
            ([{**text, "maps": "email_from"}], [], "maps"),
            ([{**text, "maps": "password"}], [], "maps"),
            (
                [{**text, "maps": "phone"}, {**text, "id": "b", "maps": "phone"}],
                [],
                "mapped_twice",
            ),
            ([text], [{"action": "show", "targets": ["a"]}], "conditions"),
        ):
            rules = [
                {"id": "r", "match": "all", "conditions": [], **rule} for rule in rules
            ]
            form = (
                self.env["crm.web.form"].with_user(self.manager).create({"name": "x"})
            )
            found = form.save_design(document(elements, rules), 0)
            self.assertIn(code, [part["code"] for part in found["problems"]])
            with self.assertRaises(UserError):
                form.action_publish()
            self.assertEqual(form.state, "draft")

    def test_hostile_documents(self):
        """No free styles, unknown keys or other types get into a form. Covers: L10."""
        form = self.form.with_user(self.manager)
        for change in (
            lambda doc: doc.update(script="x"),
            lambda doc: doc["style"].update(css="*{}"),
            lambda doc: doc["style"].update(color="red;background:url(x)"),
            lambda doc: doc["style"].update(color="#1f6feb\n"),
            lambda doc: doc["style"].update(width="expression(1)"),
            lambda doc: doc["elements"].append(
                {"id": "x", "kind": "html", "label": ""}
            ),
            lambda doc: doc["elements"].append(doc["elements"][0]),
            lambda doc: doc["elements"][0].update(pattern="(a+)+$"),
            lambda doc: doc["elements"][0].update(id="__proto__"),
            lambda doc: doc["elements"][0].update(label=None),
            lambda doc: doc["elements"][0].update(label="a\x00"),
            lambda doc: doc["elements"][0].update(required="yes"),
            lambda doc: doc["elements"].extend(
                {"id": f"n{number}", "kind": "text", "label": ""}
                for number in range(200)
            ),
            lambda doc: doc["settings"].update(language="xx"),
            lambda doc: doc.pop("rules"),
        ):
            content = copy.deepcopy(document())
            change(content)
            with self.assertRaises(ValidationError):
                form.save_design(content, form.revision)
        for content in (None, [], "x", 1, {}):
            with self.assertRaises(ValidationError):
                form.save_design(content, form.revision)
        for revision in (None, True, "1", -1, [1]):
            self.assertFalse(form.save_design(document(), revision)["saved"])

    def test_mutations(self):
        """A thousand damaged documents are refused or understood, never worse.

        Covers: L10."""
        known = set()
        for seed in range(1000):
            dice = random.Random(seed)  # noqa: S311
            content = damaged(dice, copy.deepcopy(document()))
            try:
                checked = schema.checked(content)
            except schema.Refused as error:
                known.add(str(error))
                continue
            schema.problems(checked, {})
        self.assertGreater(len(known), 4)


def damaged(dice, value):
    """Return a value with something in it replaced, at any depth."""
    if isinstance(value, dict) and value and dice.random() < 0.85:
        key = dice.choice(sorted(value))
        return {**value, key: damaged(dice, value[key])}
    if isinstance(value, list) and value and dice.random() < 0.85:
        number = dice.randrange(len(value))
        return [*value[:number], damaged(dice, value[number]), *value[number + 1 :]]
    return dice.choice([None, True, 0, -1, "", "x" * 9999, [], {}, [[]], {"a": 1}])
