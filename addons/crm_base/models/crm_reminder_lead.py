from odoo import api, fields, models

from ..tools.reminder import UNITS


class CrmReminderLead(models.Model):
    """How long before or after its date something is reminded of."""

    _name = "crm.reminder.lead"
    _description = "Reminder Time"
    _order = "kind_id, minutes desc"

    kind_id = fields.Many2one(
        "crm.reminder.kind", required=True, index=True, ondelete="cascade"
    )
    number = fields.Integer(default=1)
    unit = fields.Selection(
        [("minutes", "Minutes"), ("hours", "Hours"), ("days", "Days")],
        required=True,
        default="hours",
    )
    side = fields.Selection(
        [("before", "Before"), ("after", "After")], required=True, default="before"
    )
    minutes = fields.Integer(
        "Minutes Before",
        compute="_compute_minutes",
        store=True,
        precompute=True,
        help="Negative for after.",
    )

    _number_positive = models.Constraint(
        "CHECK (number >= 0 AND number < 100000)", "The time cannot be negative."
    )
    _kind_minutes_uniq = models.UniqueIndex(
        "(kind_id, minutes)", "This kind already reminds at this time."
    )

    @api.depends("number", "unit", "side")
    def _compute_minutes(self):
        for lead in self:
            minutes = lead.number * int(UNITS[lead.unit].total_seconds() // 60)
            lead.minutes = minutes if lead.side == "before" else -minutes

    @api.depends("number", "unit", "side")
    def _compute_display_name(self):
        units = dict(self._fields["unit"]._description_selection(self.env))
        for lead in self:
            if not lead.number:
                lead.display_name = self.env._("When due")
                continue
            values = {"number": lead.number, "unit": units[lead.unit]}
            lead.display_name = (
                self.env._("%(number)s %(unit)s before", **values)
                if lead.side == "before"
                else self.env._("%(number)s %(unit)s after", **values)
            )
