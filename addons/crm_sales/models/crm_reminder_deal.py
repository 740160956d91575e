from odoo import api, models

from odoo.addons.crm_base.tools.reminder import ReminderSource


class CrmReminder(models.Model):
    """Deals that are about to close, and hot ones that nobody looks after."""

    _inherit = "crm.reminder"

    @api.model
    def _crm_reminder_sources(self):
        return [
            *super()._crm_reminder_sources(),
            ReminderSource(
                "deal_due",
                "crm.lead",
                "date_deadline",
                "user_id",
                list(self.env["crm.lead"]._crm_open_deals()),
                "partner_id",
            ),
            ReminderSource(
                "deal_quiet",
                "crm.lead",
                "last_followup_at",
                "user_id",
                [("is_hot", "=", True)],
                "partner_id",
                on_agenda=False,
            ),
        ]
