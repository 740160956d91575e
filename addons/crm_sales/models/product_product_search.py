from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_base.tools import pinyin, search_key
from odoo.addons.crm_base.tools.search_key_field import SearchKey


class ProductProduct(models.Model):
    """Finding a product by its name, pinyin, code or barcode."""

    _inherit = "product.product"

    search_key = SearchKey(compute="_compute_search_key", store=True, copy=False)

    _search_key_idx = models.Index("USING gin (search_key gin_trgm_ops)")

    @api.depends(
        "product_tmpl_id.name",
        "default_code",
        "barcode",
        "product_uom_ids.barcode",
        "product_template_attribute_value_ids.name",
    )
    def _compute_search_key(self):
        texts = {product: [] for product in self}
        # a name has one value in each language, and is found by any
        for code, _name in self.env["res.lang"].get_installed():
            for product, parts in zip(
                self.with_context(lang=code), texts.values(), strict=True
            ):
                parts.append(product.product_tmpl_id.name)
                parts += product.product_template_attribute_value_ids.mapped("name")
        for product, parts in texts.items():
            spelled = [
                text
                for name in dict.fromkeys(parts)
                for text in pinyin.pinyin_of(name or "", person=False)
            ]
            product.search_key = search_key.build(
                [*parts, *spelled, product.default_code],
                [product.barcode, *product.product_uom_ids.mapped("barcode")],
            )

    @api.model
    def _search_display_name(self, operator, value):
        domain = super()._search_display_name(operator, value)
        if operator != "ilike" or not value:
            return domain
        return Domain(domain) | Domain("search_key", "ilike", value)

    @api.model
    def name_search(self, name="", domain=None, operator="ilike", limit=100):
        found = super().name_search(name, domain, operator, limit)
        if operator != "ilike" or not name or (limit and len(found) >= limit):
            return found
        # Odoo looks at names and codes in its own order; what only pinyin finds follows
        more = self.search_fetch(
            Domain(domain or Domain.TRUE)
            & Domain("search_key", "ilike", name)
            & Domain("id", "not in", [id_ for id_, _name in found]),
            ["display_name"],
            limit=limit and limit - len(found),
        )
        return found + [(product.id, product.display_name) for product in more]
