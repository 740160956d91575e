from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_duplicate_certain = fields.Selection(
        related="company_id.crm_duplicate_certain", readonly=False
    )
    crm_duplicate_likely = fields.Selection(
        related="company_id.crm_duplicate_likely", readonly=False
    )
    crm_duplicate_hourly = fields.Integer(
        related="company_id.crm_duplicate_hourly", readonly=False
    )
    crm_registration_days = fields.Integer(
        related="company_id.crm_registration_days", readonly=False
    )
