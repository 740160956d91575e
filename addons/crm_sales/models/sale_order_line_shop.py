from odoo import api, fields, models

# what others note on lines of a posted sale: delivery and invoices
OPEN_FIELDS = frozenset(
    {"analytic_line_ids", "invoice_lines", "qty_delivered", "qty_delivered_method"}
)


class SaleOrderLine(models.Model):
    """Lines of shop sales are sealed with their order."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        orders = lines.order_id
        if not orders._crm_in_workflow():
            orders._crm_check_unposted()
        return lines

    def write(self, vals):
        orders = self.order_id
        if not orders._crm_in_workflow() and not (
            set(vals) <= self._crm_shop_open_fields()
        ):
            orders._crm_check_unposted()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_shop_sale(self):
        self.order_id._crm_check_unposted()

    def _crm_shop_open_fields(self):
        """Hook: return the names (frozenset) of what changes on posted shop sales."""
        return OPEN_FIELDS

    def _prepare_reversal(self):
        """Return the values (dict) of the line that takes this one back."""
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "product_uom_id": self.product_uom_id.id,
            "product_uom_qty": -self.product_uom_qty,
            "price_unit": self.price_unit,
            "discount": self.discount,
            "name": self.name,
            "tax_ids": [fields.Command.set(self.tax_ids.ids)],
        }

    def _crm_shop_discount_allowed(self, percent, price):
        """Return whether the cashier may sell this line so cheap (bool).

        :param float percent: discount against the price list
        :param float price: what a unit costs after it
        """
        # the floor is in the product's currency, and without tax as prices are
        product = self.product_id
        floor = self.currency_id._convert(
            price, product.currency_id, self.company_id, self.order_id.date_order
        )
        return self.env["crm.discount.limit"]._crm_discount_allowed(
            self.env.user, product, percent, floor, self.company_id
        )
