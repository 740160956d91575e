from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_effective_min_length = fields.Integer(
        related="company_id.crm_effective_min_length", readonly=False
    )
    crm_effective_copy_depth = fields.Integer(
        related="company_id.crm_effective_copy_depth", readonly=False
    )
    crm_effective_bulk_limit = fields.Integer(
        related="company_id.crm_effective_bulk_limit", readonly=False
    )
    crm_checkin_max_distance = fields.Integer(
        related="company_id.crm_checkin_max_distance", readonly=False
    )
