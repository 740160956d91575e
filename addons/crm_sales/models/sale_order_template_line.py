from odoo import api, models
from odoo.fields import Domain


class SaleOrderTemplateLine(models.Model):
    """Quotation templates offer what is on sale, too."""

    _inherit = "sale.order.template.line"

    @api.model
    def _product_id_domain(self):
        domain = Domain(super()._product_id_domain())
        return list(domain & self.env["product.template"]._crm_on_sale_domain())

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.product_id._crm_check_on_sale()
        return lines

    def write(self, vals):
        if "product_id" not in vals:
            return super().write(vals)
        before = {line.id: line.product_id for line in self}
        result = super().write(vals)
        changed = self.filtered(lambda line: line.product_id != before[line.id])
        changed.product_id._crm_check_on_sale()
        return result
