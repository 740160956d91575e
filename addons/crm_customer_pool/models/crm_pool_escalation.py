from odoo import fields, models


class CrmPool(models.Model):
    """When superiors are told that something of their people goes back."""

    _inherit = "crm.pool"

    escalate_days = fields.Integer(
        "Superior Told (Days Before)",
        default=1,
        tracking=True,
        help="So many days before something goes back, the superior of its owner is"
        " told as well, once. 0 means never.",
    )

    _escalate_days_range = models.Constraint(
        "CHECK (escalate_days BETWEEN 0 AND 999)",
        "The superior is told 0 to 999 days before.",
    )
