from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models


class CrmReminderNew(models.TransientModel):
    """Asks when and of what somebody wants to be reminded on a customer."""

    _name = "crm.reminder.new"
    _description = "New Reminder"

    partner_id = fields.Many2one("res.partner", "Customer", required=True)
    when = fields.Selection(
        [
            ("hour", "In an Hour"),
            ("tomorrow", "Tomorrow 9:00"),
            ("monday", "Monday 9:00"),
            ("month", "In a Month"),
            ("other", "Another Time"),
        ],
        required=True,
        default="tomorrow",
    )
    at = fields.Datetime(
        "Time", compute="_compute_at", store=True, readonly=False, required=True
    )
    note = fields.Char("What For", required=True)

    @api.depends("when")
    def _compute_at(self):
        zone = pytz.timezone(self.env.user.tz or "UTC")
        now = datetime.now(zone).replace(tzinfo=None, second=0, microsecond=0)
        morning = time(9)
        for wizard in self:
            local = {
                "hour": now + timedelta(hours=1),
                "tomorrow": datetime.combine(now.date() + timedelta(days=1), morning),
                "monday": datetime.combine(
                    now.date() + timedelta(days=8 - now.isoweekday()), morning
                ),
                "month": datetime.combine(now.date() + timedelta(days=30), morning),
            }.get(wizard.when)
            if local:
                wizard.at = (
                    zone.localize(local).astimezone(pytz.utc).replace(tzinfo=None)
                )
            else:
                wizard.at = wizard.at

    def action_save(self):
        """Set the reminder; return the action (dict) that closes the dialog."""
        self.ensure_one()
        self.partner_id.action_remind_me(self.at, self.note)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("You will be reminded."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
