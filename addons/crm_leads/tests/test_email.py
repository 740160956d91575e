from odoo.tests import tagged

from odoo.addons.mail.tests.common import MailCommon

from .common import LeadCase

MAIL = """Return-Path: <{sender}>
To: {to}
From: "{name}" <{sender}>
Subject: {subject}
Message-Id: <{number}@example.com>
MIME-Version: 1.0
Content-Type: text/plain; charset="utf-8"
Date: Sun, 01 Nov 2026 10:00:00 +0800

{body}
"""


@tagged("post_install", "-at_install")
class TestEmail(MailCommon, LeadCase):
    """Leads that come in by e-mail."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.alias = cls.env["mail.alias"].create(
            {
                "alias_name": "xiaoshou",
                "alias_model_id": cls.env["ir.model"]._get_id("crm.lead"),
                "alias_defaults": repr({"type": "lead", "team_id": cls.beijing.id}),
                "alias_domain_id": cls.mail_alias_domain.id,
            }
        )
        cls.number = 0

    def _mail(
        self, subject, sender="wang@kehu.example.net", name="王先生", body="报价"
    ):
        type(self).number += 1
        raw = MAIL.format(
            to=self.alias.alias_full_name,
            sender=sender,
            name=name,
            subject=subject,
            number=self.number,
            body=body,
        )
        with self.mock_mail_gateway():
            lead_id = self.env["mail.thread"].message_process(None, raw.encode())
        return self.env["crm.lead"].browse(lead_id)

    def test_new(self):
        """An e-mail to the alias becomes a lead, with its source. Covers: L01."""
        lead = self._mail("询价：三轴机床")
        self.assertEqual(lead.name, "询价：三轴机床")
        self.assertEqual(lead.type, "lead")
        self.assertEqual(lead.capture_channel, "email")
        self.assertTrue(lead.is_captured)
        self.assertTrue(lead.source_id)
        self.assertEqual(lead.email_normalized, "wang@kehu.example.net")
        self.assertEqual(lead.team_id, self.beijing)
        self.assertViewers(lead, self.manager | self.assistant | self.director)

    def test_writes_again(self):
        """Who writes again while the lead is open is answered there. Covers: L01."""
        first = self._mail("询价：三轴机床")
        again = self._mail("补充：要五轴的", body="刚才忘了说")
        self.assertEqual(first, again)
        self.assertIn("刚才忘了说", " ".join(first.message_ids.mapped("body")))
        first.with_user(self.manager).action_close("no_need")
        self.assertNotEqual(self._mail("新的询价"), first)

    def test_of_a_customer(self):
        """What a customer writes goes to the customer's owner. Covers: L01."""
        self._customer(self.xia, "宁波海联贸易", email="li@hailian.example.net")
        lead = self._mail("加单", sender="li@hailian.example.net", name="李经理")
        self.assertEqual(lead.user_id, self.xia)
