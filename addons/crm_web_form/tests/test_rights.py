import io

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import CONTACT, FormCase, document

CHANGES = (
    {"state": "published"},
    {"content": {"elements": []}},
    {"token": "guessable"},
    {"version_id": 1},
    {"revision": 99},
)


@tagged("post_install", "-at_install")
class TestRights(FormCase):
    def test_who_makes_forms(self):
        """Managers and up make forms; salespeople and others do not. Covers: L10."""
        forms = self.env["crm.web.form"]
        for user in (self.manager, self.director, self.boss):
            self.assertTrue(forms.with_user(user).create({"name": "Mine"}))
        for user in (self.sam, self.assistant, self.employee, self.portal):
            with self.assertRaises(AccessError):
                forms.with_user(user).create({"name": "Mine"})

    def test_who_sees_forms(self):
        """Whose form it is and who handles it, and their superiors. Covers: L10."""
        seers = self.everybody.filtered(
            lambda user: self.form.with_user(user).has_access("read")
        )
        chain = self.manager | self.director | self.boss | self.sam | self.assistant
        self.assertEqual(seers, chain)
        for user in self.everybody - (self.manager | self.director | self.boss):
            if user == self.assistant:
                continue
            form = self.form.with_user(user)
            for method in (
                "get_design",
                "action_publish",
                "action_close",
                "action_reopen",
                "action_design",
            ):
                with self.assertRaises(AccessError, msg=f"{user.login} {method}"):
                    getattr(form, method)()
            with self.assertRaises(AccessError):
                form.save_design(document(), form.sudo().revision)
            with self.assertRaises(AccessError):
                form.write({"name": "Theirs"})

    def test_who_sees_answers(self):
        """Answers follow their leads; whoever is responsible sees all. Covers: L10."""
        self._submit(self.form, CONTACT)
        self._work()
        answer = self._answers(self.form)

        def seers():
            self.env.invalidate_all()
            return self.everybody.filtered(
                lambda user: answer.with_user(user).has_access("read")
            )

        chain = self.manager | self.director | self.boss | self.assistant
        self.assertEqual(seers(), chain | self.sam)
        answer.lead_id.user_id = self.xia
        self.assertEqual(seers(), chain | self.xia | self.other_manager)
        rows = self.form.with_user(self.sam).get_results()
        self.assertEqual((rows["total"], rows["rows"]), (0, []))
        self.assertFalse(self.form.with_user(self.sam).get_statistics()["answers"])

    def test_workflow_fields(self):
        """What methods decide cannot be written, created or defaulted. Covers: L10."""
        form = self.form.with_user(self.boss)
        for values in CHANGES:
            with self.assertRaises(AccessError, msg=values):
                form.write(values)
            with self.assertRaises(AccessError, msg=values):
                form.create({"name": "x", **values})
        defaults = {
            f"default_{name}": value
            for values in CHANGES
            for name, value in values.items()
        }
        made = form.with_context(**defaults).create({"name": "x"})
        self.assertEqual((made.state, made.revision), ("draft", 0))
        self.assertNotEqual(made.token, "guessable")
        self.assertFalse(made.version_id)

    def test_answers_stay(self):
        """Nobody makes, changes or deletes an answer or a version. Covers: L10."""
        self._submit(self.form, CONTACT)
        for user in (self.boss, self.manager, self.env.user):
            answer = self._answers(self.form).with_user(user)
            version = self.form.version_id.with_user(user)
            for act in (
                lambda answer=answer: answer.write({"content": {}}),
                lambda answer=answer: answer._crm_workflow().write({"content": {}}),
                lambda answer=answer: answer.write({"state": "done"}),
                answer.unlink,
                answer.copy,
                lambda answer=answer: answer.create({"form_id": self.form.id}),
                lambda version=version: version.write({"content": {}}),
                version.unlink,
                version.copy,
            ):
                with self.assertRaises(AccessError):
                    act()
        with self.assertRaisesRegex(Exception, "cannot be deleted"):
            self.form.with_user(self.boss).unlink()

    def test_system_tables(self):
        """Counters, limits and hashes are nobody's to read. Covers: L10."""
        for name in ("count", "limit", "used"):
            for user in (self.boss, self.manager, self.sam):
                with self.assertRaises(AccessError):
                    self.env[f"crm.web.form.{name}"].with_user(user).search([])

    def test_handler(self):
        """Who handles answers is somebody who can own leads. Covers: L10."""
        form = self.form.with_user(self.manager)
        for user in (self.portal, self.employee):
            with self.assertRaises(UserError, msg=user.login):
                form.handler_id = user
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.env["res.users"].create(
            {
                "name": "S",
                "login": "stranger",
                "company_id": company.id,
                "company_ids": company.ids,
                "group_ids": self.sam.group_ids.ids,
            }
        )
        for name in ("handler_id", "user_id"):
            with self.assertRaises(UserError, msg=name):
                form.write({name: stranger.id})

    def test_long_name(self):
        """A form with a long name can be designed. Covers: L10."""
        form = self.env["crm.web.form"].with_user(self.manager)
        form = form.create({"name": "N" * 300})
        self.assertTrue(form.save_design(form.content, form.revision)["saved"])

    def test_copy(self):
        """A copy has the design, and an address and a life of its own. Covers: L10."""
        copy = self.form.with_user(self.manager).copy()
        self.assertEqual(copy.content, self.form.content)
        self.assertEqual((copy.state, copy.version_id.id), ("draft", False))
        self.assertNotEqual(copy.token, self.form.token)


@tagged("post_install", "-at_install")
class TestExport(FormCase, HttpCase):
    def test_export(self):
        """The workbook needs the right, holds texts as texts, and is logged.

        Covers: L10."""
        formula = '=HYPERLINK("http://evil.example.com")'
        self._submit(self.form, {**CONTACT, "person": formula})
        self._work()
        url = f"/crm/form/results/{self.form.id}.xlsx"
        self.authenticate("mia", "mia")
        response = self.url_open(url)
        self.assertEqual(response.status_code, 200)
        sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
        titles = [cell.value for cell in sheet[1]]
        cell = sheet.cell(2, titles.index("Your Name") + 1)
        self.assertEqual((cell.value, cell.data_type), (formula, "s"))
        log = self.env["crm.export.log"].search([], limit=1, order="id desc")
        self.assertEqual(log.user_id, self.manager)
        self.assertEqual((log.model, log.row_count), ("crm.web.form.answer", 1))
        self.manager.group_ids -= self.env.ref("base.group_allow_export")
        self.assertNotEqual(self.url_open(url).status_code, 200)
        self.authenticate("xia", "xia")
        self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate(None, None)
        self.assertNotIn(b"Wang", self.url_open(url).content)
