from odoo import fields, models


class CrmPoolRule(models.Model):
    _inherit = "crm.pool.rule"

    trigger = fields.Selection(
        selection_add=[("no_conversion", "Not converted")],
        ondelete={"no_conversion": lambda rules: rules._crm_retire("no_followup")},
    )
