from datetime import date

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.crm_pipeline.tests.playbook_common import MAIL
from odoo.addons.mail.tests.common import MailCommon

from .test_score import ScoreCase


@tagged("post_install", "-at_install")
class TestReceivedMail(MailCommon, ScoreCase, HttpCase):
    """What counts as an e-mail of the person: what came in through the gateway."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._rule("来信", 15, kind="behaviour", source="email", times=5)
        cls.lead = cls._lead(cls.sam, email_from="wang@kehu.example.net")

    def _raw(self, sender, number=1):
        parent = self.lead.message_ids[-1:].message_id
        return MAIL.format(
            to=f"catchall@{self.alias_domain}",
            sender=sender,
            subject="Re: 报价",
            number=number,
            parent=parent,
            headers="",
            body="请报价",
        )

    def _comes(self, sender, number=1):
        with self.mock_mail_gateway():
            self.env["mail.thread"].message_process(
                "crm.lead", self._raw(sender, number).encode()
            )

    def test_gateway(self):
        """An e-mail of the person counts, a colleague's answer does not.

        Covers: L04.
        """
        self._comes(self.lead.email_normalized)
        self.assertScore(self.lead, 15)
        self._comes(self.sam.email, 2)
        self.assertEqual(self.lead.message_ids.mapped("message_type").count("email"), 2)
        self.assertScore(self.lead, 15)
        self.lead._crm_rescore()
        self.assertScore(self.lead, 15)

    def test_pretended(self):
        """What somebody posts as an e-mail raises nothing, whoever it names.

        Covers: L04.
        """
        lead = self.lead.with_user(self.sam)
        person = self.env["res.partner"].create({"name": "王先生"})
        lead.message_post(body="请报价", message_type="email")
        lead.message_post(body="请报价", message_type="email", author_id=person.id)
        self.env["mail.message"].with_user(self.sam).create(
            {
                "model": "crm.lead",
                "res_id": lead.id,
                "message_type": "email",
                "body": "请报价",
            }
        )
        self.lead._crm_rescore()
        self.assertScore(self.lead, 0)

    def test_pretended_over_the_api(self):
        """The same over HTTP, with a key of one's own. Covers: L04."""
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.sam)
            .sudo()
            ._generate(None, "test", date(2030, 1, 1))
        )
        response = self.url_open(
            "/json/2/crm.lead/message_post",
            json={
                "ids": self.lead.ids,
                "body": "请报价",
                "message_type": "email",
            },
            headers={"Authorization": f"bearer {key}"},
        )
        self.assertEqual(response.status_code, 200, response.text[:300])
        self.lead._crm_rescore()
        self.assertScore(self.lead, 0)

    def test_messages_stay_what_they_are(self):
        """Nobody turns a message of the system into an e-mail, or dates one anew.

        Covers: L04.
        """
        note = self.lead.message_post(body="系统通知")
        self.assertEqual(note.create_uid.id, SUPERUSER_ID)
        self._comes(self.lead.email_normalized)
        mail = self.lead.message_ids.filtered(lambda m: m.message_type == "email")
        for message, values in (
            (note, {"message_type": "email"}),
            (mail, {"message_type": "comment"}),
            (mail, {"date": "2020-01-01 00:00:00"}),
            (mail, {"author_id": self.sam.partner_id.id}),
        ):
            for user in (self.sam, self.boss):
                with self.assertRaises(AccessError):
                    message.with_user(user).write(values)
        mail.with_user(self.sam).write({"starred_partner_ids": []})

    def test_who_is_the_gateway(self):
        """People of the CRM and outsiders do not take e-mails in; a gateway's own
        account does.

        Covers: L04, L01.
        """
        raw = self._raw(self.lead.email_normalized).encode()
        outsider = new_test_user(self.env, "outsider", "base.group_portal")
        for user in (self.sam, self.boss, outsider):
            with self.assertRaises(AccessError):
                self.env["mail.thread"].with_user(user).message_process("crm.lead", raw)
        gateway = new_test_user(self.env, "mail_gateway", "base.group_user")
        with self.mock_mail_gateway():
            self.env["mail.thread"].with_user(gateway).message_process("crm.lead", raw)
        self.assertScore(self.lead, 15)

    def test_channel(self):
        """A lead that somebody enters by the gateway's method came in by hand.

        Covers: L01.
        """
        lead = (
            self.env["crm.lead"]
            .with_user(self.sam)
            .message_new(
                {"subject": "假来信", "from": "x@y.example.net"},
                {"user_id": self.sam.id},
            )
        )
        self.assertEqual(lead.capture_channel, "manual")
