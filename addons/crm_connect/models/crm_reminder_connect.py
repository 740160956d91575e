from odoo import api, models
from odoo.tools import format_datetime

from .res_users import SMS_LENGTH


class CrmReminder(models.Model):
    """Reminders by text message and by a group robot."""

    _inherit = "crm.reminder"

    @api.model
    def _crm_reminder_channels(self):
        return {
            **super()._crm_reminder_channels(),
            "sms": self._crm_send_sms,
            "webhook": self._crm_send_webhook,
        }

    def _crm_send_sms(self, user, reminders):
        """Put a text message into the queue: one, however many reminders."""
        partner = user.partner_id
        number = partner._phone_format(fname="phone") or partner.phone
        if not number:
            return {"state": "failed", "error": self.env._("No phone number")}
        text = "；".join(reminders._crm_short_lines())[:SMS_LENGTH]
        # sudo: the queue is the system's
        self.env["sms.sms"].sudo().create(
            {"number": number, "body": text, "partner_id": partner.id}
        )
        return {}

    def _crm_send_webhook(self, user, reminders):
        """Queue a message to the robot that the person chose for reminders."""
        _mail, _sms, webhook = user._crm_preferences("reminder")[user.id]
        if not webhook:
            return {"state": "failed", "error": self.env._("No robot chosen")}
        title = self.env._("Reminders of %(name)s", name=user.name)
        webhook._crm_send_message(title, "\n".join(reminders._crm_short_lines()))
        return {}

    def _crm_short_lines(self):
        """Return one line (str) for each reminder."""
        return [
            f"{reminder.kind_id.name} {reminder.title}"
            f" {format_datetime(self.env, reminder.due_at, dt_format='MM-dd HH:mm')}"
            for reminder in self
        ]
