from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_lost_without_reason = fields.Boolean(
        related="company_id.crm_lost_without_reason", readonly=False
    )
