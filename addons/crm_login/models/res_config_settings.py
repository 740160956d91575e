from odoo import fields, models

from .crm_login_code import TEXT

ENABLED = "crm_login.sms"


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_login_sms = fields.Boolean("Log in by SMS Code", config_parameter=ENABLED)
    crm_login_sms_text = fields.Char("Text of the Message", config_parameter=TEXT)
