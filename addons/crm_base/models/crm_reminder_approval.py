from odoo import api, models

from ..tools.reminder import ReminderSource


class CrmReminder(models.Model):
    """Approvers are reminded before their time is over."""

    _inherit = "crm.reminder"

    @api.model
    def _crm_reminder_sources(self):
        return [
            *super()._crm_reminder_sources(),
            ReminderSource(
                "approval",
                "crm.approval",
                "deadline_at",
                "waiting_user_ids",
                [("state", "=", "pending")],
                "partner_id",
            ),
        ]
