from odoo import api, models
from odoo.fields import Domain


class ProductProduct(models.Model):
    """What is sold over the counter and in the portal."""

    _inherit = "product.product"

    @api.model
    def _crm_shop_domain(self, shop):
        """Hook: return the Domain of what a shop sells.

        :param shop: crm.shop record
        """
        return self._crm_counter_domain(shop.company_id)

    @api.model
    def _crm_portal_domain(self, company):
        """Hook: return the Domain of what customers order in the portal.

        :param company: res.company record
        """
        return self._crm_counter_domain(company)

    @api.model
    def _crm_counter_domain(self, company):
        """Return the Domain of what a company sells without a quotation."""
        return (
            Domain("sale_ok", "=", True)
            & self.env["product.template"]._crm_on_sale_domain()
            & Domain("type", "!=", "combo")
            & Domain("company_id", "in", [False, company.id])
        )
