from odoo import fields, models


class SaleOrderLine(models.Model):
    """Nor do lines tell it."""

    _inherit = "sale.order.line"

    # what is computed before a record is made is computed as whoever makes it
    purchase_price = fields.Float(groups="crm_sales.group_cost", precompute=False)
    margin = fields.Float(groups="crm_sales.group_cost", precompute=False)
    margin_percent = fields.Float(groups="crm_sales.group_cost", precompute=False)
