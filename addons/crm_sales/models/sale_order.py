from odoo import api, models


class SaleOrder(models.Model):
    """Quotations and orders are made for customers in sight."""

    _inherit = "sale.order"

    @api.depends_context("sale_show_partner_name", "uid")
    def _compute_display_name(self):
        """Call a customer out of sight by the name that is left: a pooled one's bears
        no number and nobody's name.
        """
        result = super()._compute_display_name()
        if self.env.context.get("sale_show_partner_name"):
            # sudo: a name is told to whoever sees the order
            customers = self.sudo().partner_id.filtered("crm_customer_id")
            seen = customers.sudo(False)._filtered_access("read")
            for order in self:
                customer = order.sudo().partner_id
                if customer in customers and customer.id not in seen.ids:
                    order.display_name = f"{order.name} - {customer.display_name}"
        return result

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._crm_check_partners()
        return orders

    def write(self, vals):
        result = super().write(vals)
        if {"partner_id", "partner_invoice_id", "partner_shipping_id"}.intersection(
            vals
        ):
            self._crm_check_partners()
        return result

    def _crm_check_partners(self):
        """Refuse customers out of sight: a quotation prints their name and address."""
        if not self.env.su and not self.env.user.share:
            for name in ("partner_id", "partner_invoice_id", "partner_shipping_id"):
                self[name].check_access("read")
