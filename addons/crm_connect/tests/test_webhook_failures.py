import ssl
import subprocess
import tempfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..models import crm_webhook_delivery_sending as sending
from ..models.crm_webhook import ALLOW_LIST
from . import server
from .common import ConnectCase


@tagged("post_install", "-at_install")
class TestWebhookFailures(ConnectCase):
    """A receiver that fails in every way loses nothing and holds up nobody."""

    def setUp(self):
        super().setUp()
        self.webhook = self._webhook("customer.created")

    def _fail(self, answer=None):
        """Send one delivery to this answer; return the delivery."""
        if answer:
            self.server.answers.append(answer)
        self._customer(self.sam, f"客户 {len(self.server.seen)}")
        self._send()
        delivery = self._deliveries(self.webhook)[-1]
        return delivery

    def test_every_way(self):
        """Whatever goes wrong, the delivery waits and arrives later. Covers: B21."""
        cases = {
            "500": server.status(500, b"oops"),
            "503": server.status(503),
            "404": server.status(404),
            "400": server.status(400),
            "hang": server.hang(3),
            "drip": server.drip,
            "half way": server.half_way,
            "reset": server.reset,
            "nonsense": server.nonsense,
        }
        for name, answer in cases.items():
            with self.subTest(name):
                delivery = self._fail(answer)
                self.assertEqual(delivery.state, "waiting", name)
                self.assertEqual(delivery.attempts, 1)
                self.assertTrue(delivery.error)
                self.assertGreater(delivery.next_attempt_at, fields.Datetime.now())
                self._later(self.webhook)
                self._send()
                self.assertEqual(delivery.state, "sent", name)

    def test_refused(self):
        """Nobody listens there: it waits. Covers: B21."""
        self.server.stop()
        delivery = self._fail()
        self.assertEqual((delivery.state, delivery.attempts), ("waiting", 1))
        self.assertTrue(self.webhook.paused_until)

    def test_giant(self):
        """An answer without an end is cut off, and kept short. Covers: B21."""
        delivery = self._fail(server.giant)
        self.assertEqual(delivery.state, "sent")
        self.assertLessEqual(len(delivery.response), 500)

    def test_retry_after(self):
        """A receiver says how long to wait, and is not asked before. Covers: B21."""
        before = fields.Datetime.now()
        delivery = self._fail(server.status(429, b"", ("Retry-After", "120")))
        other = self._fail()
        self.assertEqual(len(self.server.seen), 1, "the address rests")
        self.assertEqual(other.attempts, 0)
        for moment in (delivery.next_attempt_at, self.webhook.paused_until):
            self.assertGreaterEqual(moment, before + timedelta(seconds=119))
            self.assertLessEqual(moment, before + timedelta(seconds=150))

    def test_redirect(self):
        """A redirect is not followed, wherever it leads. Covers: B21."""
        inside = self._server()
        delivery = self._fail(server.status(302, b"", ("Location", inside.url())))
        self.assertEqual(delivery.state, "dead")
        self.assertFalse(inside.seen)

    def test_certificate(self):
        """A certificate that nobody vouches for is refused. Covers: B21."""
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        key, certificate = folder / "key.pem", folder / "certificate.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
            + ["-keyout", key, "-out", certificate, "-subj", "/CN=localhost"],
            check=True,
            capture_output=True,
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        secure = self._server(context)
        self.webhook.url = secure.url()
        delivery = self._fail()
        self.assertEqual(delivery.state, "waiting")
        self.assertIn("certificate", delivery.error)
        self.assertFalse(secure.seen)

    def test_inside(self):
        """Addresses of the own network are refused unless opened. Covers: B21."""
        self.env["ir.config_parameter"].set_param(ALLOW_LIST, "10.9.9.9")
        for host in ("127.0.0.1", "localhost", "2130706433", "[::ffff:127.0.0.1]"):
            self.webhook.url = self.server.url(host=host)
            delivery = self._fail()
            self.assertEqual(delivery.state, "dead", host)
        self.assertFalse(self.server.seen)
        self.env["ir.config_parameter"].set_param(ALLOW_LIST, "127.0.0.1/32, other")
        self.webhook.url = self.server.url()
        failed = self._deliveries(self.webhook).with_user(self.boss)
        self.assertEqual(failed.action_replay(), 4)
        self._send()
        self.assertEqual(set(failed.mapped("state")), {"sent"})

    def test_dead_letters(self):
        """After the last attempt it is put aside, told, and replayed. Covers: B21."""
        self.webhook.max_attempts = 3
        self.server.always(server.status(500))
        for _index in range(2):
            self._customer(self.sam)
        waits = []
        for _attempt in range(6):
            self._later(self.webhook)
            self._send()
            first = self._deliveries(self.webhook)[0]
            waits.append((first.next_attempt_at - fields.Datetime.now()).seconds)
        dead = self._deliveries(self.webhook)
        self.assertEqual(dead.mapped("state"), ["dead", "dead"])
        self.assertEqual(dead.mapped("attempts"), [3, 3])
        told = self.env["mail.message"].search(
            [("model", "=", "crm.webhook"), ("res_id", "=", self.webhook.id)]
        )
        self.assertEqual(told.partner_ids, self.boss.partner_id)
        self.server.always(server.ok)
        dead.with_user(self.boss).action_replay()
        self._send()
        self.assertEqual(set(dead.mapped("state")), {"sent"})

    def test_back_off(self):
        """Waits double, with a spread, up to a limit. Covers: B21."""
        for attempts, usual in ((1, 30), (2, 60), (5, 480), (40, sending.LONGEST_WAIT)):
            waits = {sending._wait(attempts) for _index in range(50)}
            self.assertGreaterEqual(min(waits), usual * 0.5)
            self.assertLessEqual(max(waits), usual * 1.5)
            self.assertGreater(len(waits), 10)

    def test_others_go_on(self):
        """One address that hangs does not hold up another one. Covers: B21."""
        self.server.always(server.hang(5))
        good = self._server()
        other = self._webhook("customer.created", url=good.url(), name="good")
        for index in range(20):
            self._customer(self.sam, f"客户 {index}")
        self._send()
        self.assertEqual(len(good.seen), 20)
        self.assertEqual(set(self._deliveries(other).mapped("state")), {"sent"})
        self.assertEqual(len(self.server.seen), 1, "it was asked once, then left alone")
        waiting = self._deliveries(self.webhook)
        self.assertEqual(set(waiting.mapped("state")), {"waiting"})
        self.assertEqual(sum(waiting.mapped("attempts")), 1)

    def test_killed(self):
        """What a killed sender held is sent when its lease is over. Covers: B21."""
        self._customer(self.sam)
        delivery = self._deliveries(self.webhook)
        leased = delivery._crm_lease()
        self.assertEqual(leased, delivery)
        self._send()
        self.assertFalse(self.server.seen, "somebody else has it")
        delivery.lease_until = "2020-01-01"
        self._send()
        self.assertEqual(delivery.state, "sent")

    def test_one_that_cannot_be_made(self):
        """A delivery that cannot be made is put aside; the rest goes. Covers: B21."""
        for index in range(3):
            self._customer(self.sam, f"客户 {index}")
        broken = self._deliveries(self.webhook)[1]
        send = sending._send

        def fragile(job):
            if job["id"] == broken.id:
                raise RuntimeError("boom")
            return send(job)

        with (
            patch.object(sending, "_send", fragile),
            self.assertLogs(sending._logger, "ERROR"),
        ):
            self._send()
        self.assertEqual(
            self._deliveries(self.webhook).mapped("state"), ["sent", "dead", "sent"]
        )

    def test_nothing_secret_is_kept(self):
        """Neither logs nor deliveries hold a secret or the key of an address."""
        self.webhook.write(
            {"url": self.server.url("/hook?key=k3y"), "new_secret": "s3cret"}
        )
        with self.assertNoLogs("odoo.addons.crm_connect", "DEBUG"):
            delivery = self._fail(server.status(500, b"oops"))
        stored = str(delivery.read())
        for secret in ("k3y", "s3cret"):
            self.assertNotIn(secret, stored)
