from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import ConnectCase


@tagged("post_install", "-at_install")
class TestPlaybookSms(ConnectCase):
    """The step of playbooks that sends a text message."""

    def _step(self, text):
        """Return a step for customers, which run in playbooks in this test alone."""
        playbook = self.env["crm.playbook"].new({"res_model": "res.partner"})
        values = {"kind": "sms", "sms_text": text, "playbook_id": playbook}
        return self.env["crm.playbook.step"].with_user(self.sam).new(values)

    def _do(self, customer, text, number="+8613800138000"):
        partners = type(self.env["res.partner"])
        with patch.object(
            partners, "_crm_playbook_phone", lambda partner: number, create=True
        ):
            record = customer.with_user(self.sam)
            return self._step(text)._crm_do_sms(record, None)

    def _queued(self, number):
        return self.env["sms.sms"].search([("number", "=", number)])

    def test_queued(self):
        """The text is filled in and waits in the queue, once. Covers: L05."""
        customer = self._customer(self.sam, "宁波海联")
        note = self._do(customer, "{{ object.name }}您好")["note"]
        message = self._queued("+8613800138000")
        self.assertEqual((message.body, message.state), ("宁波海联您好", "outgoing"))
        self.assertIn("+8613800138000", note)
        result = self._do(customer, "您好", number="")
        self.assertEqual(result["outcome"], "skipped")

    def test_code(self):
        """A text with code in it, or none at all, is refused. Covers: L05."""
        customer = self._customer(self.sam)
        for text in ("{{ object.sudo().unlink() }}", "{{ object.user_ids }}", " ", ""):
            with self.assertRaises(ValidationError):
                self._do(customer, text)
        self.assertFalse(self._queued("+8613800138000"))
