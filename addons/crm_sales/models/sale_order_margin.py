from odoo import fields, models


class SaleOrder(models.Model):
    """A margin and a price make a cost."""

    _inherit = "sale.order"

    margin = fields.Monetary(groups="crm_sales.group_cost")
    margin_percent = fields.Float(groups="crm_sales.group_cost")
