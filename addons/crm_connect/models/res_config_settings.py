from odoo import fields, models

from .crm_webhook import ALLOW_LIST


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_allowed_hosts = fields.Char(
        "Addresses in the Own Network", config_parameter=ALLOW_LIST
    )
