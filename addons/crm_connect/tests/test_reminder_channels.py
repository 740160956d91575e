from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import ConnectCase


@tagged("post_install", "-at_install")
class TestReminderChannels(ConnectCase):
    """Reminders by text message and robot."""

    def _reminders(self):
        customer = self._customer(self.sam)
        kind = self.env.ref("crm_base.reminder_kind_personal")
        now = fields.Datetime.now()
        return self.env["crm.reminder"].create(
            [
                {
                    "kind_id": kind.id,
                    "user_id": self.sam.id,
                    "res_model": "res.partner",
                    "res_id": customer.id,
                    "note": note,
                    "source_at": now,
                    "due_at": now + timedelta(hours=index),
                    "remind_at": now,
                }
                for index, note in enumerate(("打电话", "发报价"))
            ]
        )

    def test_channels(self):
        """Each channel says all reminders in one message. Covers: B11, B21."""
        reminders = self._reminders().with_user(self.sam)
        channels = reminders._crm_reminder_channels()
        failed = channels["sms"](self.sam.with_user(self.sam), reminders)
        self.assertEqual(failed["state"], "failed")
        self.sam.partner_id.phone = "+8613800000000"
        self.assertEqual(channels["sms"](self.sam.with_user(self.sam), reminders), {})
        sms = self.env["sms.sms"].search([("partner_id", "=", self.sam.partner_id.id)])
        self.assertEqual(len(sms), 1)
        failed = channels["webhook"](self.sam.with_user(self.sam), reminders)
        self.assertEqual(failed["state"], "failed")
        robot = self.env["crm.webhook"].create(
            {"name": "群", "kind": "wecom", "url": self.server.url("/?key=good")}
        )
        self.env["crm.notice.preference"].create(
            {"user_id": self.sam.id, "kind": "reminder", "webhook_id": robot.id}
        )
        channels["webhook"](self.sam.with_user(self.sam), reminders)
        said = self._deliveries(robot).message["text"]
        self.assertEqual(len(said.splitlines()), 2)
