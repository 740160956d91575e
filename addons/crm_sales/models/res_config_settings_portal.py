from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_portal_order = fields.Boolean(
        related="company_id.crm_portal_order", readonly=False
    )
