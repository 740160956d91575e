from odoo import fields, models


class CrmPoolMove(models.TransientModel):
    _name = "crm.pool.move"
    _description = "Move to Another Pool"
    _inherit = ["crm.pool.move.mixin"]
    _crm_field = "customer_ids"

    customer_ids = fields.Many2many(
        "crm.pool.customer", string="Customers", required=True, readonly=True
    )
