from odoo import models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.crm_base.tools.arguments import as_id, as_text

PRODUCTS = 12
CUSTOMERS = 8


class CrmShop(models.Model):
    """What the screen of a shop shows. Everything is read as the cashier."""

    _inherit = "crm.shop"

    def get_screen(self):
        """Return what the screen shows before anything is sold.

        :return: dict: ``shop``, ``partner`` (the walk-in customer), ``methods``
            (means of payment), ``may_pay_later``
        :raise AccessError: when you do not sell in this shop
        """
        shop = self._crm_opened()
        methods = self.env["crm.dictionary"].search(
            [("kind", "=", "shop_payment_method")]
        )
        return {
            "shop": {
                "id": shop.id,
                "name": shop.name,
                "receipt_format": shop.receipt_format,
            },
            "partner": shop._crm_customer_row(shop.partner_id),
            "methods": [
                {
                    "id": method.id,
                    "name": method.name,
                    "is_cash": method.code == self._crm_cash_code(),
                }
                for method in methods
            ],
            "may_pay_later": shop.allow_on_account,
        }

    def search_products(
        self, term: str, partner_id: int = 0, limit: int = PRODUCTS
    ) -> list:
        """Find products by barcode, number, name or pinyin, with their price.

        A barcode or a number that agrees in full finds that product alone.

        :param str term: what was typed or scanned
        :param int partner_id: the customer whose price list counts, 0: walk-in
        :param int limit: how many at most, 50 is the most
        :return: list of dicts: ``id``, ``name``, ``code``, ``barcode``, ``unit``,
            ``price``, ``quantity`` (of units in the package that was scanned, else 1),
            ``is_exact``
        :raise AccessError: when you do not sell in this shop
        """
        shop = self._crm_opened()
        term = as_text(term)
        limit = min(as_id(limit) or PRODUCTS, 50)
        if not term:
            return []
        products = self.env["product.product"].with_company(shop.company_id)
        products, package, is_exact = products._crm_find(term, limit)
        products = products.filtered_domain(products._crm_shop_domain(shop))
        pricelist = shop._crm_pricelist(shop._crm_buyer(as_id(partner_id)))
        prices = pricelist._compute_price_rule(products, 1.0)
        return [
            {
                "id": product.id,
                "name": product.with_context(display_default_code=False).display_name,
                "code": product.default_code or "",
                "barcode": product.barcode or "",
                "unit": product.uom_id.name,
                "price": prices[product.id][0],
                "quantity": (
                    package._compute_quantity(1, product.uom_id) if package else 1
                ),
                "is_exact": is_exact,
            }
            for product in products
        ]

    def search_customers(self, term: str, limit: int = CUSTOMERS) -> list:
        """Find customers in sight by name, pinyin, number or telephone.

        :param str term: what was typed
        :param int limit: how many at most, 50 is the most
        :return: list of dicts: ``id``, ``name``, ``phone``, ``pricelist``,
            ``currency_id``, ``digits`` (of the currency)
        :raise AccessError: when you do not sell in this shop
        """
        shop = self._crm_opened()
        term = as_text(term)
        if not term:
            return []
        found = self.env["res.partner"].search(
            Domain("crm_customer_id", "!=", False)
            & Domain("display_name", "ilike", term)
            & Domain("company_id", "in", [False, shop.company_id.id]),
            limit=min(as_id(limit) or CUSTOMERS, 50),
        )
        return [shop._crm_customer_row(partner) for partner in found]

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_opened(self):
        """Return the shop in its company, for somebody who sells there.

        :raise AccessError: when the user does not
        """
        self.ensure_one()
        self.check_access("read")
        self.env["sale.order"].check_access("create")
        if not self._crm_is_cashier():
            raise AccessError(
                self.env._(
                    "You do not sell in %(shop)s. Ask a director to name you as one of"
                    " its cashiers.",
                    shop=self.name,
                )
            )
        return self.with_company(self.company_id)

    def _crm_buyer(self, partner_id):
        """Return the customer (res.partner) of a sale, by default the walk-in one.

        :raise UserError: when there is none such in sight
        """
        if not partner_id or partner_id == self.partner_id.id:
            return self.partner_id
        partner = self.env["res.partner"].search([("id", "=", partner_id)])
        if not partner:
            raise UserError(
                self.env._("This customer is not there, or not yours. Choose another.")
            )
        return partner

    def _crm_pricelist(self, partner):
        """Return the price list (maybe none) of a customer in this shop."""
        own = self.env["product.pricelist"]
        if partner != self.partner_id:
            own = partner.specific_property_product_pricelist
        return own or self.pricelist_id or partner.property_product_pricelist

    def _crm_customer_row(self, partner):
        pricelist = self._crm_pricelist(partner)
        currency = pricelist.currency_id or self.company_id.currency_id
        return {
            "id": partner.id,
            "name": partner.display_name,
            "phone": partner.phone or "",
            "pricelist": pricelist.name or "",
            "currency_id": currency.id,
            "digits": currency.decimal_places,
        }
