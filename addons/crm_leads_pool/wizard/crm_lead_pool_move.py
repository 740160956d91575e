from odoo import fields, models


class CrmLeadPoolMove(models.TransientModel):
    _name = "crm.lead.pool.move"
    _inherit = ["crm.pool.move.mixin"]
    _description = "Move Pooled Leads"
    _crm_field = "row_ids"

    row_ids = fields.Many2many("crm.pool.lead", string="Leads", required=True)
