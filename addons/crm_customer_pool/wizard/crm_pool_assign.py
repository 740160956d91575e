from odoo import api, fields, models


class CrmPoolAssign(models.TransientModel):
    """Asks to whom pooled customers go."""

    _name = "crm.pool.assign"
    _description = "Assign Pooled Customers"
    _inherit = ["crm.pool.assign.mixin"]
    _crm_field = "customer_ids"

    customer_ids = fields.Many2many(
        "crm.pool.customer", string="Customers", required=True, readonly=True
    )
    customer_count = fields.Integer("Number", compute="_compute_customer_count")

    @api.depends("customer_ids")
    def _compute_customer_count(self):
        for wizard in self:
            wizard.customer_count = len(wizard.customer_ids)
