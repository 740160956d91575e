"""Chinese for addons of others (tools/translations.py)."""

from collections import Counter
from unittest.mock import patch

from odoo.modules.module import Manifest
from odoo.tests import TransactionCase, tagged
from odoo.tools import translate

from odoo.addons import crm_base

from ..tools.translations import (
    add_translations_of_others,
    correct_translations_of_others,
)

OTHER = "web_responsive"
WORDS = {"zh_CN": ("主菜单", "应用菜单主题"), "zh_TW": ("主選單", "應用程式選單主題")}


def client_texts(module, lang):
    """Return what the web client gets for a module, read anew: a dict."""
    messages = translate.CodeTranslations().get_web_translations(module, lang)
    return {message["id"]: message["string"] for message in messages["messages"]}


@tagged("post_install", "-at_install")
class TestTranslationsOfOthers(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Odoo calls it when it imports the addon; a test runner is earlier sometimes
        getattr(crm_base, Manifest.for_addon("crm_base")["post_load"])()
        for lang in ("en_US", *WORDS):
            cls.env["res.lang"]._activate_lang(lang)
        cls.listing = staticmethod(translate.get_po_paths)
        cls.stock_listing = staticmethod(translate.get_po_paths.__wrapped__)

    def test_files(self):
        """Our files come after the addon's own, which they complete. Covers: X02."""
        for lang in WORDS:
            stock = list(self.stock_listing(OTHER, lang))
            listed = list(self.listing(OTHER, lang))
            self.assertEqual(listed[: len(stock)], stock)
            (ours,) = listed[len(stock) :]
            self.assertTrue(ours.endswith(f"crm_base/i18n_oca/{OTHER}/{lang}.po"), ours)
            # read again when crm_base comes, which is after them
            self.assertIn(ours, self.listing("crm_base", lang))

    def test_nothing_else_changes(self):
        """Other addons and languages keep exactly Odoo's files. Covers: X02."""
        for module, lang in (
            ("phone_validation", "zh_CN"),
            (OTHER, "fr_FR"),
            ("no_module", "zh_CN"),
        ):
            self.assertEqual(
                list(self.listing(module, lang)), list(self.stock_listing(module, lang))
            )

    def test_once(self):
        """A second call adds nothing: every file is listed once. Covers: X02."""
        add_translations_of_others()
        self.assertIs(translate.get_po_paths, self.listing)
        for module in (OTHER, "crm_base"):
            counts = Counter(translate.get_po_paths(module, "zh_CN"))
            self.assertEqual(set(counts.values()), {1}, counts)

    def test_client(self):
        """The web client gets them, and would not without us. Covers: X02."""
        for lang, (menu, _theme) in WORDS.items():
            self.assertEqual(client_texts(OTHER, lang).get("Home Menu"), menu)
            with patch.object(translate, "get_po_paths", self.stock_listing):
                self.assertNotIn("Home Menu", client_texts(OTHER, lang))

    def test_records(self):
        """Labels in the database get them with the language. Covers: X02."""
        label = self.env["ir.model.fields"]._get("res.users", "apps_menu_theme")
        for lang, (_menu, theme) in WORDS.items():
            # as in a database that got the language without us
            label.with_context(lang=lang).field_description = "?"
            self.env["ir.module.module"]._load_module_terms(
                [OTHER], [lang], overwrite=True
            )
            label.invalidate_recordset()
            self.assertEqual(label.with_context(lang=lang).field_description, theme)
            self.assertEqual(
                label.with_context(lang="en_US").field_description,
                "Apps Menu Theme",
            )

    def test_corrections(self):
        """Ours win over what a database has, and nothing else is lost. Covers: X02."""
        person = self.env.ref("base.selection__res_partner__company_type__person")
        label = self.env["ir.model.fields"]._get("res.users", "login")
        for lang in WORDS:
            person.with_context(lang=lang).name = "人"
            label.with_context(lang=lang).field_description = "?"
        correct_translations_of_others(self.env)
        for lang in WORDS:
            self.assertIn(person.with_context(lang=lang).name, ("个人", "個人"))
            self.assertEqual(label.with_context(lang=lang).field_description, "?")
        self.assertEqual(person.with_context(lang="en_US").name, "Person")
