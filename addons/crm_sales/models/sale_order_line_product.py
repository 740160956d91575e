from odoo import api, models
from odoo.fields import Domain

from ..tools.on_sale import KEEP, KEEP_KEY


class SaleOrderLine(models.Model):
    """New lines are of products that are on sale; old ones stay as they are."""

    _inherit = "sale.order.line"

    def _domain_product_id(self):
        domain = Domain(super()._domain_product_id())
        return list(domain & self.env["product.template"]._crm_on_sale_domain())

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._crm_check_on_sale()
        return lines

    def write(self, vals):
        if not {"product_id", "order_id"}.intersection(vals):
            return super().write(vals)
        before = {line.id: (line.product_id, line.order_id) for line in self}
        result = super().write(vals)
        # a line that goes to another order is a new one there
        changed = self.filtered(
            lambda line: (line.product_id, line.order_id) != before[line.id]
        )
        changed._crm_check_on_sale()
        return result

    def _crm_check_on_sale(self):
        if self.env.context.get(KEEP_KEY) is not KEEP:
            self.product_id._crm_check_on_sale()
