from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    visit_needs_checkin = fields.Boolean(
        "Visits Need a Check-in",
        help="A visit is finished only after the salesperson has checked in.",
    )
