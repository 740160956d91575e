"""Whoever chooses Chinese gets Chinese, everywhere in the suite."""

import re
from pathlib import Path

import polib
from lxml import etree

from odoo.exceptions import AccessError
from odoo.modules.module import Manifest
from odoo.tests import tagged
from odoo.tools.translate import code_translations

from odoo.addons.crm_base.tests.common import CrmCase

LANGUAGES = ("zh_CN", "zh_TW")
# names and codes that are the same in every language
SAME = re.compile(
    r"[\W\d_]*|(QQ|CRM|API|URL|ID|360°|[A-Z]|%\(?\w*\)?s?)[\W\d]*|Esc|Enter|Word"
    r"|(CSV|Excel|GBK / GB|LDAP|OpenID Connect|PDF|SHA|UTF|Webhook)[\W\d]*"
    # examples: Chinese, numbers, addresses, placeholders of fields
    r"|([\W\d\u4e00-\u9fff]|C(?=\d)|https|[a-z.]+[.@]example\.com[a-z/]*|^/[a-z]+$|{{\w+}})*"
)
# attributes of a view that people read
READ = frozenset(
    "string placeholder help title aria-label alt confirm confirm-title confirm-label"
    " cancel-label sum avg add-label label".split()
)


@tagged("post_install", "-at_install")
class TestTranslations(CrmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        modules = cls.env["ir.module.module"].search([("state", "=", "installed")])
        author = modules.filtered(lambda module: module.name == "crm_base").author
        folders = {
            module.name: Path(Manifest.for_addon(module.name).path)
            for module in modules
            if module.author == author
        }
        # addons for tests have no translations
        cls.templates = {
            name: polib.pofile(str(folder / "i18n" / f"{name}.pot"))
            for name, folder in folders.items()
            if (folder / "i18n").is_dir()
        }
        cls.sources = {
            entry.msgid
            for template in cls.templates.values()
            for entry in template
            if not SAME.fullmatch(entry.msgid.strip())
        }
        for lang in ("en_US", *LANGUAGES):
            cls.env["res.lang"]._activate_lang(lang)
        modules._load_module_terms(modules.mapped("name"), LANGUAGES)
        cls.env.registry.clear_cache()
        cls.env.invalidate_all()

    def _env(self, user, lang):
        """The environment of a user who has chosen a language."""
        user.lang = lang
        return self.env(user=user, context=user.with_user(user).context_get())

    def _untranslated(self, read):
        """Assert that nothing that ``read(env)`` tells people is still English.

        :param read: returns a dict of place (any key) to text
        """
        for user in (self.sam, self.manager, self.boss):
            english = read(self._env(user, "en_US"))
            self.assertTrue(english)
            for lang in LANGUAGES:
                chinese = read(self._env(user, lang))
                self.assertEqual(chinese.keys(), english.keys())
                left = {
                    place: text
                    for place, text in chinese.items()
                    if text == english[place] and text in self.sources
                }
                self.assertFalse(left, f"{user.login}, {lang}")

    # ------------------------------------------------------------
    # WHAT IS STORED IN RECORDS
    # ------------------------------------------------------------

    def test_menus(self):
        """Every menu of every role. Covers: X02."""

        def read(env):
            menus = env["ir.ui.menu"].load_menus(False).values()
            return {menu["id"]: menu["name"] for menu in menus}

        self._untranslated(read)

    def _actions(self, env):
        """The window actions of the suite that a user can open."""
        ids = (
            self.env["ir.model.data"]
            .search(
                [
                    ("module", "in", list(self.templates)),
                    ("model", "=", "ir.actions.act_window"),
                ]
            )
            .mapped("res_id")
        )
        actions = self.env["ir.actions.act_window"].browse(ids)
        return actions.filtered(
            lambda action: (
                not action.group_ids or action.group_ids & env.user.all_group_ids
            )
        ).filtered(lambda action: env[action.res_model].has_access("read"))

    def test_views(self):
        """Views, buttons, filters, labels, choices, action menus. Covers: X02."""

        def read(env):
            texts = {}
            for action in self._actions(env).with_context(lang=env.lang):
                texts[action.id, "name"] = action.name
                texts[action.id, "help"] = action.help
                search = (action.search_view_id.id or False, "search")
                loaded = env[action.res_model].get_views(
                    [*action.views, search], {"toolbar": True}
                )
                for kind, view in loaded["views"].items():
                    arch = etree.fromstring(view["arch"])
                    for number, text in enumerate(texts_of(arch)):
                        texts[action.id, kind, number] = text
                    for entries in view.get("toolbar", {}).values():
                        for entry in entries:
                            texts[action.id, kind, entry["id"]] = entry["name"]
                for model, description in loaded["models"].items():
                    for name, field in description["fields"].items():
                        texts[model, name, "label"] = field["string"]
                        texts[model, name, "help"] = field.get("help")
                        for value, label in field.get("selection") or ():
                            texts[model, name, value] = label
            return texts

        self._untranslated(read)

    def test_names(self):
        """Values of choice lists, metrics, roles: all that is data. Covers: X02."""
        data = self.env["ir.model.data"].search(
            [("module", "in", list(self.templates))]
        )
        for model, rows in data.grouped("model").items():
            field = self.env[model]._fields.get(self.env[model]._rec_name)
            if not field or field.translate is not True or not field.store:
                continue
            records = self.env[model].browse(rows.mapped("res_id")).exists()
            for lang in LANGUAGES:
                left = {
                    record.id: record[field.name]
                    for record in records.with_context(lang=lang)
                    if record[field.name] in self.sources
                    and record[field.name]
                    == record.with_context(lang="en_US")[field.name]
                }
                self.assertFalse(left, f"{model}, {lang}")

    # ------------------------------------------------------------
    # WHAT STANDS IN THE CODE
    # ------------------------------------------------------------

    def test_python(self):
        """Every text that Python says to people. Covers: X02."""
        for name, template in self.templates.items():
            sources = code_terms(template, "odoo-python") & self.sources
            for lang in LANGUAGES:
                texts = code_translations.get_python_translations(name, lang)
                left = {text for text in sources if texts.get(text, text) == text}
                self.assertFalse(left, f"{name}, {lang}")

    def test_client(self):
        """Every text of the components in the browser. Covers: X02."""
        for lang in LANGUAGES:
            modules, _parameters = self.env["ir.http"]._get_translations_for_webclient(
                list(self.templates), lang
            )
            for name, template in self.templates.items():
                texts = {
                    message["id"]: message["string"]
                    for message in modules[name]["messages"]
                }
                sources = code_terms(template, "odoo-javascript") & self.sources
                left = {text for text in sources if texts.get(text, text) == text}
                self.assertFalse(left, f"{name}, {lang}")

    # ------------------------------------------------------------
    # SWITCHING
    # ------------------------------------------------------------

    def test_switch(self):
        """One switch of the user's language changes each kind of text. Covers: X02."""
        customer = self._customer(self.sam)
        words = {
            "en_US": (
                "My Customers",
                "Customer Number",
                "Phone",
                "The ownership ledger cannot be changed.",
            ),
            "zh_CN": ("我的客户", "客户编号", "电话", "归属流水不能修改。"),
            "zh_TW": ("我的客戶", "客戶編號", "電話", "歸屬流水不能修改。"),
        }
        for lang, (menu, label, value, error) in words.items():
            with self.subTest(lang=lang):
                env = self._env(self.sam, lang)
                menus = env["ir.ui.menu"].load_menus(False).values()
                self.assertIn(menu, [item["name"] for item in menus])
                fields = env["res.partner"].fields_get(["customer_no"], ["string"])
                self.assertEqual(fields["customer_no"]["string"], label)
                self.assertEqual(self.phone.with_env(env).display_name, value)
                with self.assertRaisesRegex(AccessError, error):
                    customer.owner_move_ids.with_env(env).write({"reason": "?"})


def texts_of(arch):
    """Yield what people read in the arch of a view (lxml element), in its order."""
    for node in arch.iter(etree.Element):
        for name, value in node.items():
            # the title of a search view is nowhere to be seen
            if name in READ and node.tag != "search":
                yield value
        for text in (node.text, node.tail):
            if text and text.strip():
                yield text.strip()


def code_terms(template, comment):
    """The terms of a template that stand in one kind of code, a set of texts."""
    return {entry.msgid for entry in template if comment in entry.comment}
