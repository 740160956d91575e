from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmLeadResource(models.Model):
    """Who has to work on an opportunity, in which role and for how long."""

    _name = "crm.lead.resource"
    _description = "Person Needed"
    _inherit = ["crm.lead.part.mixin"]
    _order = "lead_id, date_from, id"
    _rec_name = "role_id"

    role_id = fields.Many2one(
        "crm.dictionary",
        required=True,
        domain=[("kind", "=", "resource_role")],
        ondelete="restrict",
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        "Assigned To",
        domain=[("share", "=", False)],
        ondelete="set null",
        index="btree_not_null",
        help="Empty as long as it is only clear that somebody is needed.",
    )
    days = fields.Float(digits=(16, 1), default=1)
    date_from = fields.Date("From")
    date_to = fields.Date("Until")
    note = fields.Char()

    _days_positive = models.Constraint(
        "CHECK (days >= 0)", "The days of work cannot be negative."
    )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        for row in self:
            if row.date_from and row.date_to and row.date_to < row.date_from:
                raise ValidationError(
                    self.env._("Somebody is needed until a day before the first one.")
                )
