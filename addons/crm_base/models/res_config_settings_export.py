from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_export_daily_rows = fields.Integer(
        related="company_id.crm_export_daily_rows", readonly=False
    )
