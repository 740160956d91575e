"""Pictures of a pooled customer, and what is sent to the screens of members."""

import base64

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .leak_common import LeakCase


@tagged("post_install", "-at_install")
class TestLeakRoutes(LeakCase, HttpCase):
    def test_pictures(self):
        """A picture of the customer is not shown to members. Covers: P10."""
        self.customer.image_1920 = (
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA"
            "60e6kgAAAABJRU5ErkJggg=="
        )
        self.env.flush_all()
        secret = self.customer.with_context(bin_size=False).image_128
        self.assertTrue(secret)
        self.authenticate("sam", "sam")
        for field in ("image_128", "avatar_128", "image_1920"):
            for path in (
                f"/web/image/res.partner/{self.customer.id}/{field}",
                f"/web/image?model=res.partner&id={self.customer.id}&field={field}",
                f"/web/content/res.partner/{self.customer.id}/{field}",
                f"/web/image/crm.pool.customer/{self.customer.id}/{field}",
            ):
                with self.subTest(path), mute_logger("odoo.http"):
                    answer = self.url_open(path)
                    told = self.customer.with_context(bin_size=False)[field]
                    self.assertNotEqual(answer.content, _bytes(told), path)

    def test_bus(self):
        """What is sent to the screens of members holds no secret. Covers: P10."""
        self.env.cr.precommit.run()
        told = self.env["bus.bus"].search([])
        for user in self.sam | self.sue | self.other_manager:
            channel = f'"res.partner",{user.partner_id.id}]'
            mine = told.filtered(
                lambda one, channel=channel: channel in one.channel.replace(" ", "")
            )
            self.assertNoSecret(mine.mapped("message"), f"the bus, to {user.login}")

    def test_suggested_recipients(self):
        """Work of former days does not tell whom to write to. Covers: P10."""
        self.authenticate("sue", "sue")
        theirs = self.env["crm.task"].search([("partner_id", "=", self.customer.id)])
        self.assertTrue(theirs.with_user(self.sue).has_access("read"))
        thread = {"thread_model": theirs._name, "thread_id": theirs.id}
        asked = {**thread, "request_list": ["suggestedRecipients"]}
        for path, params in (
            ("/mail/thread/recipients", thread),
            ("/mail/thread/recipients/get_suggested_recipients", thread),
            ("/mail/data", {"fetch_params": [["mail.thread", asked]]}),
        ):
            with self.subTest(path):
                told = self.make_jsonrpc_request(path, params)
                self.assertNoSecret(told, path)


def _bytes(text):
    """Return the content (bytes) of a binary field, however it is given."""
    return base64.b64decode(text) if text else b""
