from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmReminderKind(models.Model):
    """A kind of reminder: when, through what, and when the superior is told."""

    _name = "crm.reminder.kind"
    _description = "Reminder Kind"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(
        default=True, help="An archived kind reminds nobody any more."
    )
    lead_ids = fields.One2many("crm.reminder.lead", "kind_id", "When", copy=True)
    channel_ids = fields.Many2many(
        "crm.reminder.channel",
        string="Channels",
        help="How people are reminded who have not chosen for themselves.",
    )
    hour = fields.Float(
        "Time of Day",
        default=9.0,
        help="What has a date and no time is due at this time of the person's day.",
    )
    escalate_after = fields.Integer(
        "Superior Told After (Hours)",
        help="When it is still open so many hours after it was due, the superior is"
        " told, once. 0 means never.",
    )

    _code_uniq = models.UniqueIndex("(code)", "This kind of reminder already exists.")
    _escalate_positive = models.Constraint(
        "CHECK (escalate_after >= 0)", "The hours cannot be negative."
    )

    @api.constrains("hour")
    def _check_hour(self):
        if any(not 0 <= kind.hour < 24 for kind in self):
            raise ValidationError(
                self.env._("The time of day lies between 00:00 and 23:59.")
            )
