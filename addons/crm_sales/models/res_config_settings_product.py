from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_product_review = fields.Boolean(
        related="company_id.crm_product_review", readonly=False
    )
