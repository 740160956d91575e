"""Answers by e-mail to what waits in a pool: told, marked, never shown."""

from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from .leak_common import SECRETS, LeadLeakCase

ANSWER = """Message-Id: <{number}@kehu.example.net>
From: {sender}
To: {to}
Subject: Re: {subject}
{headers}MIME-Version: 1.0
Content-Type: text/plain; charset="UTF-8"

{body}
"""


@tagged("post_install", "-at_install")
class TestLeadAnswer(MailCommon, LeadLeakCase):
    """Covers: L08, P14."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alias = cls.env["mail.alias"].create(
            {
                "alias_name": "answers",
                "alias_model_id": cls.env["ir.model"]._get_id("crm.lead"),
                "alias_contact": "everyone",
                "alias_domain_id": cls.mail_alias_domain.id,
            }
        )
        cls._pooled_before(cls.lead)

    @classmethod
    def _pooled_before(cls, record):
        """Let a record have been pooled before this transaction began."""
        cls.env.flush_all()
        cls.env.cr.execute(
            f"UPDATE {record._table} SET pooled_at = now() - interval '1 hour'"
            " WHERE id = %s",
            [record.id],
        )
        cls.env.invalidate_all()

    def _answer(
        self, number=1, sender=SECRETS["email_from"], body="13100001111", headers=""
    ):
        raw = ANSWER.format(
            number=number,
            headers=headers,
            sender=f"老王 <{sender}>",
            to=f"answers@{self.mail_alias_domain.name}",
            subject=f"报价 {body}",
            body=f"请打 {body}",
        )
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(None, raw.encode())
        self.env.invalidate_all()

    def _notes(self, user):
        return self.env["mail.message"].search(
            [
                ("notified_partner_ids", "in", user.partner_id.ids),
                ("message_type", "=", "user_notification"),
            ],
            order="id",
        )

    def test_administrators_are_told(self):
        """The administrators, that there is one and to what; nobody else."""
        people = self.sam | self.sue | self.tom | self.manager | self.boss | self.xia
        before = {user: self._notes(user) for user in people | self.other_manager}
        self._answer()
        note = self._notes(self.other_manager) - before[self.other_manager]
        self.assertEqual(len(note), 1)
        self.assertIn("深圳石油公司", note.body)
        self.assertIn("李**", note.body)
        self.assertIn("线索公海", note.body)
        for secret in (*SECRETS.values(), "13100001111", "老王"):
            self.assertNotIn(secret, f"{note.subject} {note.body} {note.email_from}")
        for user in people:
            self.assertEqual(self._notes(user), before[user], user.login)

    def test_once(self):
        """A second answer moves the mark, and is not told again."""
        for number in (1, 2, 3):
            self._answer(number)
        told = self._notes(self.other_manager).filtered(
            lambda note: "An answer" in note.subject
        )
        self.assertEqual(len(told), 1)
        self.assertEqual(self.lead.message_ids.mapped("message_type").count("email"), 3)
        # in another stay the next answer is the first one
        self._take(self.sam, self.lead)
        self._give_up(self.lead)
        self.assertFalse(self._row(self.sam, self.lead).answered_at)

    def test_machine(self):
        """An absence notice is no answer."""
        before = self._notes(self.other_manager)
        self._answer(headers="Auto-Submitted: auto-replied\n")
        self.assertEqual(self.lead.message_ids.mapped("message_type").count("email"), 1)
        self.assertEqual(self._notes(self.other_manager), before)
        self.assertFalse(self._row(self.sam, self.lead).answered_at)

    def test_mark(self):
        """Members see that there is an answer, and find it; nothing of what it says."""
        for user in (self.sam, self.manager, self.other_manager):
            self.assertFalse(self._row(user, self.lead).answered_at)
        self._answer()
        for user in (self.sam, self.manager, self.other_manager):
            Row = self.env["crm.pool.lead"].with_user(user)
            self.assertTrue(Row.browse(self.lead.id).answered_at)
            self.assertEqual(
                Row.search([("answered_at", "!=", False)]).ids, self.lead.ids
            )
            spec = {name: {} for name in Row._fields}
            told = str(Row.web_search_read([], spec)) + str(
                Row.export_data(["name", "answered_at"])
            )
            for secret in (*SECRETS.values(), "13100001111", "老王"):
                self.assertNotIn(secret, told)
        self.assertFalse(
            self.env["mail.message"]
            .with_user(self.other_manager)
            .search([("model", "=", "crm.lead"), ("res_id", "=", self.lead.id)])
        )
        self._take(self.sam, self.lead)
        messages = self.lead.with_user(self.sam).message_ids
        self.assertIn("13100001111", str(messages.mapped("body")))

    def test_what_is_no_answer(self):
        """Notes of the house, colleagues' mails and leads in no pool are none."""
        self.lead.message_post(body="自己记的", message_type="comment")
        self.lead.message_post(
            body="同事回信", message_type="email", author_id=self.xia.partner_id.id
        )
        # nor what somebody posts and calls an e-mail
        self.lead.with_user(self.boss).message_post(
            body="冒充", message_type="email", author_id=self.lead.partner_id.id
        )
        owned = self._lead(self.sam, email_from="owned@kehu.example.net")
        self._answer(7, "owned@kehu.example.net")
        self.assertIn("email", owned.message_ids.mapped("message_type"))
        self.assertFalse(self._row(self.sam, self.lead).answered_at)
        self.assertFalse(
            self._notes(self.other_manager).filtered(
                lambda note: "An answer" in note.subject
            )
        )

    def test_customers(self):
        """An answer of a contact of a pooled customer is told and marked as well."""
        customer = self._pooled("宁波海联贸易")
        contact = self._contact(customer, "李秘书", email="li@hailian.example.net")
        self._pooled_before(customer)
        contact.message_post(
            body="请打 13100001111", message_type="email", author_id=contact.id
        )
        note = self._notes(self.other_manager)[-1:]
        self.assertIn("An answer", note.subject)
        self.assertIn("宁波海联贸易", note.body)
        self.assertNotIn("13100001111", note.body)
        self.assertTrue(self._seen(customer, self.sam).answered_at)
        self.assertFalse(self._row(self.sam, self.lead).answered_at)
