from odoo import models


class ProductPricelistItem(models.Model):
    _inherit = "product.pricelist.item"
    _crm_change_log = True
