from odoo import fields, models


class CrmReminderChannel(models.Model):
    """A way to reach somebody, as it is offered in settings and preferences.

    What a channel does is a method, named by the hook ``_crm_reminder_channels``.
    """

    _name = "crm.reminder.channel"
    _description = "Reminder Channel"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, readonly=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(code)", "This channel already exists.")
