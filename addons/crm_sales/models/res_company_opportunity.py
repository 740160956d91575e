from odoo import fields, models


class ResCompany(models.Model):
    """What this company asks of those who lose an opportunity."""

    _inherit = "res.company"

    crm_lost_without_reason = fields.Boolean(
        "Lost Without a Reason",
        help="Opportunities may be marked as lost without saying why. Without it a"
        " reason is asked, of programs too.",
    )
