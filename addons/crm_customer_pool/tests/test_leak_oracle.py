"""Nothing that a member can ask depends on what is masked.

The answers to many questions are written down, then the hidden part of every secret is
changed, and the same questions are asked again. Any answer that differs is an oracle: a
search, an order, a group or a figure by which digits could be guessed one by one.
"""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .leak_common import SECRETS, LeakCase

REFUSED = (AccessError, UserError, ValidationError)
MUTED = ("odoo.models", "odoo.addons.base.models.ir_rule")
# the same to whoever sees the masked value: only digits and letters under it differ
OTHERS = {
    "phone": "075512346666",
    "mobile": "13898765678",
    "phone_other": "13910004321",
    "email": "lzzwang@secret-petro.cn",
    "wechat": "wx_xxxxxxx_007",
    "qq": "71111110",
    "street": "南山大道1号",
    "name": "13799998888",
    "contact": "李经理",
    "contact_phone": "13600003333",
    "contact_email": "limanager@secret-petro.cn",
    "contact_wechat": "wx_limanager",
}
OWN_FIELDS = ("phone", "mobile", "phone_other", "email", "wechat", "qq", "street")
OPERATORS = ("ilike", "not ilike", "=ilike", ">=")
# of a number and of an address: what is behind the digits that everybody sees
GUESSES = sorted(
    {
        text[start : start + 5]
        for secrets in (SECRETS, OTHERS)
        for text, start in ((secrets["phone"], 3), (secrets["mobile"], 2))
    }
    | {secrets["email"][:4] for secrets in (SECRETS, OTHERS)}
)


@tagged("post_install", "-at_install")
class TestLeakOracle(LeakCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # neighbours, between whom the order would tell: their masked values are equal
        for number, middle in enumerate(("5000", "3000")):
            cls._pooled(
                f"深圳石油公司 137{middle}7777",
                phone=f"0755{middle}6666",
                mobile=f"138{middle}5678",
                email=f"l{middle}@secret-petro.cn",
                wechat=f"w{middle}7",
                qq=f"7{middle}0",
                customer_no=f"LEAK{number}",
            )

    def _change_the_hidden(self):
        """Change whatever the customer hides, and nothing that a member may see."""
        seen = self._seen(self.customer, self.boss).read()
        self.customer.with_context(tracking_disable=True).write(
            {
                "name": f"深圳石油公司 {OTHERS['name']}",
                **{name: OTHERS[name] for name in OWN_FIELDS},
            }
        )
        self.contact.with_context(tracking_disable=True).write(
            {
                "name": OTHERS["contact"],
                "phone": OTHERS["contact_phone"],
                "email": OTHERS["contact_email"],
                "wechat": OTHERS["contact_wechat"],
            }
        )
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(self._seen(self.customer, self.boss).read(), seen)
        for name in OWN_FIELDS:
            self.assertEqual(self.customer[name], OTHERS[name])

    def _ask(self, question):
        """Return the answer, or how it was refused."""
        try:
            with mute_logger(*MUTED), self.env.cr.savepoint():
                return question()
        except REFUSED as error:
            return f"{type(error).__name__}: {error}"
        except ValueError as error:
            return f"ValueError: {error}"

    def _assertNoOracle(self, questions):
        """Ask before and after the hidden part was changed.

        :param dict questions: functions without arguments, by name
        """
        before = {name: self._ask(question) for name, question in questions.items()}
        self._change_the_hidden()
        told = {
            name: (before[name], answer)
            for name, question in questions.items()
            if (answer := self._ask(question)) != before[name]
        }
        self.assertFalse(told)
        return before

    def test_searches(self):
        """Guessing digit by digit, in every field, by every operator. Covers: P10."""
        questions = {}
        for user, model in (
            (self.sam, "crm.pool.customer"),
            (self.other_manager, "crm.pool.customer"),
            (self.sue, "res.partner"),
        ):
            Model = self.env[model].with_user(user).with_context(active_test=False)
            self._add_searches(questions, user, Model)
        answers = self._assertNoOracle(questions)
        self.assertGreater(len(answers), 1000)
        self.assertTrue(any(answers.values()), "some questions find something")

    def _add_searches(self, questions, user, Model):
        def searching(domain):
            return lambda: Model.search(domain).ids

        for name, field in Model._fields.items():
            if field.type not in ("char", "text") or not (field.store or field.search):
                continue
            for guess in GUESSES:
                for operator in OPERATORS:
                    value = f"%{guess}%" if operator == "=ilike" else guess
                    key = (user.login, Model._name, name, operator, guess)
                    questions[key] = searching([(name, operator, value)])
        for guess in GUESSES:
            questions[user.login, Model._name, "name_search", guess] = (
                lambda guess=guess: Model.name_search(guess)
            )

    def test_orders_and_groups(self):
        """Neither order nor groups nor figures tell what is masked. Covers: P10."""
        questions = {}
        for user in (self.sue, self.other_manager):
            for model in ("crm.pool.customer", "res.partner"):
                Model = self.env[model].with_user(user).with_context(active_test=False)
                for name, field in Model._fields.items():
                    if field.type in ("char", "text", "many2one") and field.store:
                        self._add_figures(questions, user, Model, name)
        self.assertGreater(len(self._assertNoOracle(questions)), 300)

    def _add_figures(self, questions, user, Model, name):
        for direction in ("asc", "desc"):
            questions[user.login, Model._name, name, direction] = (
                lambda order=f"{name} {direction}, id": (
                    Model.search([], order=order).ids
                )
            )
        questions[user.login, Model._name, name, "group"] = lambda: (
            Model.formatted_read_group([], [name], ["__count"])
        )
        for aggregate in ("min", "max", "count_distinct", "array_agg_distinct"):
            questions[user.login, Model._name, name, aggregate] = (
                lambda spec=f"{name}:{aggregate}": Model.formatted_read_group(
                    [], [], [spec]
                )
            )

    def test_paths(self):
        """No path of other models ends in a hidden value, in searches and groups.

        Covers: P10.
        """
        questions = {}
        probes = [
            (target, "=like", f"{guess}%")
            for target, guess in (
                ("phone", SECRETS["phone"][:6]),
                ("phone", OTHERS["phone"][:6]),
                ("email", SECRETS["email"][:3]),
                ("search_key", "zzz"),
                ("name", f"深圳石油公司 {SECRETS['name'][:6]}"),
            )
        ]
        for user in self.sue:
            for name in sorted(self.env.registry):
                Model = self.env[name].with_user(user)
                if Model._abstract or Model._transient or not Model.has_access("read"):
                    continue
                Model = Model.with_context(active_test=False)
                for path in self._paths(Model):
                    self._add_paths(questions, user, Model, path, probes)
        self.assertGreater(len(self._assertNoOracle(questions)), 100)

    def _paths(self, Model, depth=2):
        """Yield the dotted paths from a model to partners."""
        for field in Model._fields.values():
            if not (
                field.relational
                and (field.store or field.search)
                and Model._has_field_access(field, "read")
            ):
                continue
            if field.comodel_name == "res.partner":
                yield field.name
            elif depth > 1 and field.comodel_name.startswith(("crm.", "mail.")):
                inner = self.env[field.comodel_name].with_env(Model.env)
                for path in self._paths(inner, depth - 1):
                    yield f"{field.name}.{path}"

    def _add_paths(self, questions, user, Model, path, probes):
        for target, operator, value in probes:
            key = (user.login, Model._name, path, target, value)
            domain = [(f"{path}.{target}", operator, value)]
            questions[key] = lambda domain=domain: Model.search_count(domain)
        if "." not in path:
            questions[user.login, Model._name, path, "order"] = lambda: (
                Model.search([], order=path, limit=200).ids
            )
            questions[user.login, Model._name, path, "group"] = lambda: (
                Model.formatted_read_group([], [f"{path}.phone"], ["__count"])
            )

    def test_duplicates(self):
        """The duplicate check knows whole numbers and nothing less. Covers: P10."""
        Partner = self.env["res.partner"].with_user(self.sam)
        questions = {
            (name, guess): lambda name=name, guess=guess: Partner.crm_check_duplicates(
                [{name: guess}]
            )[0]["matches"]
            for guess in GUESSES
            for name in ("name", "phone", "mobile", "email", "wechat")
        }
        self.assertFalse(any(self._assertNoOracle(questions).values()))
