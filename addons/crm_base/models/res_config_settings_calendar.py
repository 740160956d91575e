from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_works_monday = fields.Boolean(
        related="company_id.crm_works_monday", readonly=False
    )
    crm_works_tuesday = fields.Boolean(
        related="company_id.crm_works_tuesday", readonly=False
    )
    crm_works_wednesday = fields.Boolean(
        related="company_id.crm_works_wednesday", readonly=False
    )
    crm_works_thursday = fields.Boolean(
        related="company_id.crm_works_thursday", readonly=False
    )
    crm_works_friday = fields.Boolean(
        related="company_id.crm_works_friday", readonly=False
    )
    crm_works_saturday = fields.Boolean(
        related="company_id.crm_works_saturday", readonly=False
    )
    crm_works_sunday = fields.Boolean(
        related="company_id.crm_works_sunday", readonly=False
    )
    crm_absence_auto_confirm = fields.Boolean(
        related="company_id.crm_absence_auto_confirm", readonly=False
    )
