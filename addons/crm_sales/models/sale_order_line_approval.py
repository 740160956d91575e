from odoo import api, models, tools

APPROVED_FIELDS = frozenset(
    {
        "discount",
        "price_unit",
        "product_id",
        "product_uom_id",
        "product_uom_qty",
        "tax_ids",
    }
)


class SaleOrderLine(models.Model):
    """Lines are frozen while the discounts of their quotation are being approved."""

    _name = "sale.order.line"
    _inherit = ["sale.order.line", "crm.approval.line.mixin"]
    _crm_approval_parent = "order_id"

    @api.model
    @tools.ormcache(cache="stable")
    def _crm_approval_covered(self):
        return super()._crm_approval_covered() & APPROVED_FIELDS
