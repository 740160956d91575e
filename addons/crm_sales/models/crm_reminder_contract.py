from odoo import api, models

from odoo.addons.crm_base.tools.reminder import ReminderSource

from .crm_contract import LIVE


class CrmReminder(models.Model):
    """Contracts that end, deliveries and payments that are due."""

    _inherit = "crm.reminder"

    @api.model
    def _crm_reminder_sources(self):
        live = ("contract_id.state", "in", LIVE)
        return [
            *super()._crm_reminder_sources(),
            ReminderSource(
                "contract_end",
                "crm.contract",
                "date_end",
                "user_id",
                [
                    ("state", "in", LIVE),
                    ("origin_id", "=", False),
                    ("is_renewed", "=", False),
                ],
                "partner_id",
            ),
            ReminderSource(
                "contract_delivery",
                "crm.contract.delivery.plan",
                "date_due",
                "user_id",
                [
                    live,
                    ("contract_id.origin_id", "=", False),
                    ("progress", "!=", "done"),
                ],
                "partner_id",
                "contract_id",
            ),
            ReminderSource(
                "contract_payment",
                "crm.collection.plan",
                "date_due",
                "user_id",
                [live, ("contract_id.origin_id", "=", False)],
                "partner_id",
                "contract_id",
            ),
        ]
