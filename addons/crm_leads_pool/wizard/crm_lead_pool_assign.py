from odoo import fields, models


class CrmLeadPoolAssign(models.TransientModel):
    _name = "crm.lead.pool.assign"
    _inherit = ["crm.pool.assign.mixin"]
    _description = "Assign Pooled Leads"
    _crm_field = "row_ids"

    row_ids = fields.Many2many("crm.pool.lead", string="Leads", required=True)
