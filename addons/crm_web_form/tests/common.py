"""Forms for the tests of this addon."""

import json
import time

from odoo.addons.crm_base.tests.common import CrmCase

from ..tools import page_token, schema

ELEMENTS = [
    {
        "id": "person",
        "kind": "text",
        "label": "Your Name",
        "required": True,
        "maps": "contact_name",
    },
    {"id": "firm", "kind": "text", "label": "Company", "maps": "partner_name"},
    {
        "id": "mobile",
        "kind": "phone",
        "label": "Phone",
        "required": True,
        "maps": "phone",
    },
    {"id": "mail", "kind": "email", "label": "E-mail", "maps": "email_from"},
    {
        "id": "interest",
        "kind": "checkbox",
        "label": "Interested In",
        "options": [
            {"value": "a", "label": "Software"},
            {"value": "b", "label": "Service"},
        ],
    },
    {"id": "score", "kind": "rating", "label": "How Do You Like Us?", "scale": 5},
    {"id": "paper", "kind": "file", "label": "Paper", "max_files": 2},
    {"id": "where", "kind": "place", "label": "Where", "maps": "state_id"},
]


def document(elements=None, rules=(), **settings):
    """Return the document of a form."""
    found = schema.empty("Ask Us")
    found["elements"] = ELEMENTS if elements is None else elements
    found["rules"] = list(rules)
    found["settings"].update(settings)
    return found


class FormCase(CrmCase):
    """Published forms and answers to them, as visitors give them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.form = cls._form(cls.manager, document(), handler_id=cls.sam.id)

    def setUp(self):
        super().setUp()
        # answers are stored in transactions of their own
        self.enterContext(self.enter_registry_test_mode())

    @classmethod
    def _form(cls, user, content, **values):
        """Return a form that a user made and published, as that user."""
        values = {"name": "Ask Us", "min_seconds": 0, **values}
        values.setdefault("handler_id", user.id)
        form = cls.env["crm.web.form"].with_user(user).create(values)
        form.save_design(content, form.revision)
        form.action_publish()
        return form

    def _token(self, form, age=10):
        """Return the token of a page that was given out ``age`` seconds ago."""
        real = time.time
        page_token.time.time = lambda: real() - age
        try:
            return page_token.issue(form.env, form.id, form.version_id.id)
        finally:
            page_token.time.time = real

    def _submit(self, form, values, uploads=(), **more):
        """Submit as a visitor; return what the page is told."""
        payload = {"token": self._token(form), "values": values, "trap": "", **more}
        visitor = self.env.ref("base.public_user")
        # sudo: as the controller does it
        form = form.with_user(visitor).sudo()
        return form._crm_submit(json.dumps(payload), list(uploads), "203.0.113.7")

    def _answers(self, form):
        """Return all answers to a form, as the system."""
        domain = [("form_id", "=", form.id)]
        return self.env["crm.web.form.answer"].search(domain, order="id")

    def _work(self):
        """Make leads of what waits, without the commits of the job."""
        answers = self.env["crm.web.form.answer"]
        answers.search([("state", "=", "received")], order="id")._crm_work()
        self.env.invalidate_all()


CONTACT = {"person": "Wang", "mobile": "13800138001", "mail": "wang@example.com"}
