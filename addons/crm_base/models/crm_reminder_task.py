from odoo import api, models

from ..tools.reminder import ReminderSource
from .crm_task import OPEN_STATES


class CrmReminder(models.Model):
    _inherit = "crm.reminder"

    @api.model
    def _crm_reminder_sources(self):
        return [
            *super()._crm_reminder_sources(),
            ReminderSource(
                "task",
                "crm.task",
                "deadline",
                "executor_ids",
                [("state", "in", OPEN_STATES)],
                "partner_id",
            ),
        ]
