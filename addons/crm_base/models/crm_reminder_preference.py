from odoo import fields, models


class CrmReminderPreference(models.Model):
    """What somebody chose instead of the company's channels for a kind of reminder.

    Without a row the kind decides; a row without channels switches the kind off.
    """

    _name = "crm.reminder.preference"
    _description = "Reminder Preference"

    user_id = fields.Many2one(
        "res.users", required=True, index=True, ondelete="cascade"
    )
    kind_id = fields.Many2one("crm.reminder.kind", required=True, ondelete="cascade")
    channel_ids = fields.Many2many("crm.reminder.channel", string="Channels")

    _user_kind_uniq = models.UniqueIndex(
        "(user_id, kind_id)", "This person has chosen for this kind already."
    )
