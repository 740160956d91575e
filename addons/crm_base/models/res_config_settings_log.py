from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crm_recycle_days = fields.Integer(
        "Recycle Bin", config_parameter="crm_base.recycle_days"
    )
    crm_operation_log_days = fields.Integer(
        "Operation Log Kept", config_parameter="crm_base.operation_log_days"
    )
    crm_login_log_days = fields.Integer(
        "Login Log Kept", config_parameter="crm_base.login_log_days"
    )
