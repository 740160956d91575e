from odoo import fields, models
from odoo.tools import SQL


class ProductSupplierinfo(models.Model):
    """What vendors ask is what a product costs."""

    _inherit = "product.supplierinfo"

    price = fields.Float(groups="crm_sales.group_cost")
    discount = fields.Float(groups="crm_sales.group_cost")
    price_discounted = fields.Float(groups="crm_sales.group_cost")

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        # Odoo sorts every list of vendors by price, also for those who may not know it
        if field_name == "price" and not self._has_field_access(
            self._fields["price"], "read"
        ):
            return SQL()
        return super()._order_field_to_sql(alias, field_name, direction, nulls, query)
