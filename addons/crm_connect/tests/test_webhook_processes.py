from odoo.tests import tagged

from odoo.addons.crm_base.tests.processes import ProcessCase

from ..models.crm_webhook import ALLOW_LIST
from .server import LocalServer


@tagged("post_install", "-at_install")
class TestWebhookProcesses(ProcessCase):
    """The outbox on committed data, with real processes."""

    def test_each_once(self):
        """Several writers and senders: every event once, none twice. Covers: B21."""
        local = LocalServer()
        self.addCleanup(local.stop)
        with self.committed() as env:
            before = env["ir.config_parameter"].get_param(ALLOW_LIST)
            env["ir.config_parameter"].set_param(ALLOW_LIST, "127.0.0.1")
            event = env.ref("crm_connect.event_customer_created")
            webhook_id = (
                env["crm.webhook"]
                .create(
                    {
                        "name": "races",
                        "url": local.url(),
                        "model_id": event.model_id.id,
                        "event_ids": [(6, 0, event.ids)],
                    }
                )
                .id
            )
        partner_ids = []

        def clean():
            with self.committed() as env:
                env["crm.webhook"].browse(webhook_id).unlink()
                env["ir.config_parameter"].set_param(ALLOW_LIST, before or False)
            self.remove(partner_ids)

        self.addCleanup(clean)
        workers = self.workers(3)
        values = {"is_crm_customer": True, "is_company": True}
        for number in range(4):
            calls = [
                (
                    (2, "res.partner", "create"),
                    {"args": [[{**values, "name": f"并发 {number}-{worker}"}]]},
                )
                for worker in range(3)
            ]
            # every third transaction fails after it caused an event
            calls[2][1]["args"][0].append({**values, "name": "坏", "user_id": -1})
            for answer in workers.race(calls):
                partner_ids += answer.get("result", [])
        self.assertEqual(len(partner_ids), 8)
        calls = [((1, "crm.webhook.delivery", "_cron_send"), {})] * 3
        workers.race(calls)
        workers.call(0, 1, "crm.webhook.delivery", "_cron_send")
        with self.committed() as env:
            deliveries = env["crm.webhook.delivery"].search(
                [("webhook_id", "=", webhook_id)]
            )
            self.assertEqual(sorted(deliveries.mapped("res_id")), sorted(partner_ids))
            self.assertEqual(set(deliveries.mapped("state")), {"sent"})
            uuids = sorted(deliveries.mapped("uuid"))
        sent = sorted(seen["headers"]["x-crm-delivery"] for seen in local.seen)
        self.assertEqual(sent, uuids)
