from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    crm_export_daily_rows = fields.Integer(
        "Rows Exported per Day",
        default=50000,
        help="So many rows a person may export in a day, in all lists together. 0 means"
        " no limit.",
    )

    _crm_export_daily_rows_positive = models.Constraint(
        "CHECK (crm_export_daily_rows >= 0)",
        "The limit of exported rows cannot be negative.",
    )
