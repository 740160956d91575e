from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_hot_days = fields.Integer(related="company_id.crm_hot_days", readonly=False)
    crm_hot_probability = fields.Integer(
        related="company_id.crm_hot_probability", readonly=False
    )
    crm_hot_moved_days = fields.Integer(
        related="company_id.crm_hot_moved_days", readonly=False
    )
    crm_hot_key_projects = fields.Boolean(
        related="company_id.crm_hot_key_projects", readonly=False
    )
