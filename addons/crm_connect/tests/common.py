"""The cast of the suite with a receiver of webhooks."""

from datetime import timedelta

from odoo.tests import mute_logger

from odoo.addons.crm_base.tests.common import CrmCase

from ..models.crm_webhook import ALLOW_LIST
from .server import LocalServer


class ConnectCase(CrmCase):
    """A webhook of the boss that calls a local server about customers."""

    def setUp(self):
        super().setUp()
        self.server = self._server()
        self.env["ir.config_parameter"].set_param(ALLOW_LIST, "127.0.0.0/8")

    def _server(self, context=None):
        server = LocalServer(context)
        self.addCleanup(server.stop)
        return server

    def _webhook(self, *events, user=None, **values):
        """Make a webhook as the boss would."""
        records = self.env["crm.webhook.event"].search([("code", "in", events)])
        return (
            self.env["crm.webhook"]
            .with_user(user or self.boss)
            .create(
                {
                    "name": "OA",
                    "url": self.server.url(),
                    "model_id": records.model_id.id,
                    "event_ids": [(6, 0, records.ids)],
                    "timeout": 1,
                    **values,
                }
            )
        )

    def _fields(self, model, *names):
        """Return the commands for the fields that a webhook sends."""
        found = self.env["ir.model.fields"].search(
            [("model", "=", model), ("name", "in", names)]
        )
        return [(6, 0, found.ids)]

    def _happen(self):
        """Do what comes just before a commit; the next transaction begins later."""
        self.env.cr.flush()
        self.env.cr.execute(
            "UPDATE crm_webhook_delivery SET create_date = create_date - %s",
            (timedelta(hours=1),),
        )
        self.env["crm.webhook.delivery"].invalidate_model(["create_date"])

    def _deliveries(self, webhook):
        """Return the deliveries of a webhook, oldest first."""
        self._happen()
        return self.env["crm.webhook.delivery"].search(
            [("webhook_id", "=", webhook.id)], order="id"
        )

    @mute_logger("odoo.addons.base.models.ir_cron")
    def _send(self):
        """Run the sender as the scheduler does."""
        self._happen()
        self._run_cron("crm_connect.ir_cron_webhook_send")

    def _later(self, webhook):
        """Let the waits of a webhook pass."""
        webhook.sudo().paused_until = False
        self._deliveries(webhook).filtered(lambda one: one.state == "waiting").write(
            {"next_attempt_at": "2020-01-01"}
        )
