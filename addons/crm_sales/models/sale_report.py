from odoo import fields, models


class SaleReport(models.Model):
    """Nor does the analysis."""

    _inherit = "sale.report"

    margin = fields.Float(groups="crm_sales.group_cost", copy=False)
