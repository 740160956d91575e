from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_base.tools.arguments import as_id, as_text

MOST = 100


class ProductProduct(models.Model):
    """What fast screens ask: which product is this, and what does it cost here?"""

    _inherit = "product.product"

    @api.model
    @api.readonly
    def find_to_sell(self, text="", limit=20, pricelist_id=0, partner_id=0):
        """Find products that are on sale, for whoever sells with a scanner or in haste.

        A barcode or an internal reference, of a unit or a package, gives that product
        alone; anything else is looked for in names, pinyin, references and barcodes.

        :param str text: what was typed or scanned; empty for favourites and the newest
        :param int limit: how many at most, up to 100
        :param int pricelist_id: the price list, 0 for that of the customer
        :param int partner_id: the customer, 0 for none
        :return: list of dict: ``id``, ``name``, ``code``, ``barcode``, ``category``,
            ``uom_id``, ``uom`` (of the package when that was scanned), ``price`` (of
            such a unit by the price list), ``list_price``, ``currency_id``,
            ``is_exact``
        :raise AccessError: for those who may not read products, or that price list or
            customer
        """
        self.check_access("read")
        limit = min(as_id(limit) or 20, MOST)
        pricelist = self._crm_find_pricelist(as_id(pricelist_id), as_id(partner_id))
        currency = pricelist.currency_id or self.env.company.currency_id
        products, uom, is_exact = self._crm_find(as_text(text), limit)
        asked = {"currency": currency, "uom": uom}
        prices = pricelist._get_products_price(products, 1.0, **asked)
        bare = self.env["product.pricelist"]
        list_prices = bare._get_products_price(products, 1.0, **asked)
        return [
            {
                "id": product.id,
                "name": product.with_context(display_default_code=False).display_name,
                "code": product.default_code or "",
                "barcode": product.barcode or "",
                "category": product.categ_id.display_name or "",
                "uom_id": (uom or product.uom_id).id,
                "uom": (uom or product.uom_id).name,
                "price": prices[product.id],
                "list_price": list_prices[product.id],
                "currency_id": currency.id,
                "is_exact": is_exact,
            }
            for product in products
        ]

    @api.model
    def _crm_find_pricelist(self, pricelist_id, partner_id):
        partner = self.env["res.partner"].browse(partner_id)
        if partner_id:
            partner.check_access("read")
        if not pricelist_id:
            return partner.property_product_pricelist
        pricelist = self.env["product.pricelist"].browse(pricelist_id).exists()
        pricelist.check_access("read")
        return pricelist

    @api.model
    def _crm_find(self, text, limit):
        """Return (products, unit of the scanned package or None, is it exact)."""
        on_sale = Domain("sale_ok", "=", True)
        on_sale &= self.env["product.template"]._crm_on_sale_domain()
        if not text:
            newest = self.search(
                on_sale, limit=limit, order="is_favorite desc, id desc"
            )
            return newest, None, False
        exact = Domain("barcode", "=", text) | Domain("default_code", "=", text)
        if products := self.search(on_sale & exact, limit=limit):
            return products, None, True
        package = self.env["product.uom"].search([("barcode", "=", text)], limit=1)
        if package:
            products = self.search(on_sale & Domain("id", "=", package.product_id.id))
            return products, package.uom_id, True
        found = self.search(on_sale & Domain("search_key", "ilike", text), limit=limit)
        return found, None, False
