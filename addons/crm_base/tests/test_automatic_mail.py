from email import message_from_string, policy

from odoo.tests import BaseCase, tagged

from ..tools.automatic_mail import is_automatic

BY_MACHINES = (
    "Auto-Submitted: auto-replied",
    "Auto-Submitted: auto-generated; type=vacation",
    "Precedence: bulk",
    "Precedence: auto_reply",
    "X-Autoreply: yes",
    "Return-Path: <>",
    "Content-Type: multipart/report; report-type=delivery-status; boundary=x",
    "Subject: Automatic reply: offer",
    "Subject: =?utf-8?b?6Ieq5Yqo5Zue5aSN77ya5oql5Lu3?=",
)
BY_PEOPLE = (
    "Subject: Re: offer",
    "Auto-Submitted: no",
    "Precedence: list",
    "Return-Path: <wang@example.com>",
    "Subject: Re: Automatic reply: offer",
)


@tagged("post_install", "-at_install")
class TestAutomaticMail(BaseCase):
    def test_signs(self):
        """Machines are told from people by what they say of themselves.

        Covers: L04, L05.
        """
        for headers in (BY_MACHINES, BY_PEOPLE):
            for header in headers:
                with self.subTest(header):
                    message = message_from_string(
                        f"From: x@example.com\n{header}\n\nHello", policy=policy.SMTP
                    )
                    self.assertIs(is_automatic(message), headers is BY_MACHINES)
