from odoo import fields, models


class ProductProduct(models.Model):
    """What a product costs is for those who may know it."""

    _inherit = "product.product"

    # bookkeepers book what goods cost
    standard_price = fields.Float(
        groups="crm_sales.group_cost,account.group_account_invoice"
    )
