from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_grade_a = fields.Integer(related="company_id.crm_grade_a", readonly=False)
    crm_grade_b = fields.Integer(related="company_id.crm_grade_b", readonly=False)
    crm_grade_c = fields.Integer(related="company_id.crm_grade_c", readonly=False)
