from datetime import timedelta

from odoo import models


class CrmWebhook(models.Model):
    _inherit = "crm.webhook"

    def _crm_rate_left(self, now):
        """Return how many deliveries (int) may go out now."""
        self.ensure_one()
        if not self.rate_per_minute:
            return 10**6
        # attempts that failed count: the other side counted them, too
        used = self.env["crm.webhook.delivery"].search_count(
            [
                ("webhook_id", "=", self.id),
                ("sent_at", ">", now - timedelta(seconds=60)),
            ]
        )
        return max(0, self.rate_per_minute - used)

    def _crm_tell_failures(self, died):
        """Tell whoever set up a webhook that deliveries begin to fail for good."""
        for webhook in self:
            theirs = died.filtered(
                lambda one, webhook=webhook: one.webhook_id == webhook
            )
            before = self.env["crm.webhook.delivery"].search_count(
                [
                    ("webhook_id", "=", webhook.id),
                    ("state", "=", "dead"),
                    ("id", "not in", theirs.ids),
                ],
                limit=1,
            )
            if before:
                continue
            webhook.create_uid._crm_notify(
                "failure",
                self.env._("Deliveries to “%(name)s” fail", name=webhook.name),
                theirs[0].error or "",
                webhook,
            )
