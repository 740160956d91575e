from odoo import models


class SaleOrderLine(models.Model):
    """A line of a quotation becomes a line of a contract."""

    _inherit = "sale.order.line"

    def _crm_contract_line_values(self):
        """Return the values (dict) of a contract line like this one, with taxes."""
        self.ensure_one()
        net, gross = self.price_subtotal, self.price_total
        keep = (1 - self.discount / 100) * self.product_uom_qty
        return {
            "sequence": self.sequence,
            "product_id": self.product_id.id,
            "name": self.name,
            "quantity": self.product_uom_qty or 1,
            "uom_id": self.product_uom_id.id,
            "price_unit": gross / keep if keep else self.price_unit,
            "discount": self.discount,
            "tax_rate": round(100 * (gross / net - 1), 2) if net else 0,
            # to the cent what the customer was quoted
            "amount": gross,
        }
