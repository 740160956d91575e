from datetime import time, timedelta

from odoo import api, fields, models

from odoo.addons.crm_base.tools.import_lookup import Lookup
from odoo.addons.crm_base.tools.sheets import CellError


class CrmImportHandlerPricelist(models.AbstractModel):
    """Prices: one product, in one price list, from a quantity and a date on.

    What is there already is told by these four, so that the file of next month changes
    the prices of this month instead of adding to them.
    """

    _name = "crm.import.handler.pricelist"
    _description = "Import of Prices"
    _inherit = ["crm.import.handler"]

    @api.model
    def _crm_converter(self, model, field):
        if field.name == "product_tmpl_id":
            return self._crm_product_converter()
        convert, prefetch, show = super()._crm_converter(model, field)
        if field.name == "date_end":
            return (lambda cell: self._crm_day_end(convert(cell))), prefetch, show
        return convert, prefetch, show

    @api.model
    def _crm_product_converter(self):
        """Return how cells become products: whole ones by name, variants by code."""
        products = Lookup(self.env["product.template"], [("sale_ok", "=", True)])
        variants = Lookup(self.env["product.product"], [("sale_ok", "=", True)])

        def prefetch(cells):
            products.prefetch(cells)
            variants.prefetch(cells)

        def convert(cell):
            try:
                return products.model.browse(products.find(cell))
            except CellError as error:
                if error.kind != "not_found":
                    raise
                return variants.model.browse(variants.find(cell))

        def show(value):
            if isinstance(value, int):
                value = products.model.browse(value)
            # sudo: names that were just found by the user's own rights
            return value.sudo().display_name

        return convert, prefetch, show

    @api.model
    def _crm_day_end(self, moment):
        """Return the end of the day (datetime, UTC) when a cell names a day alone."""
        local = fields.Datetime.context_timestamp(
            self.with_context(tz=self.env.user.tz or "UTC"), moment
        )
        if local.time() == time():
            return moment + timedelta(days=1, seconds=-1)
        return moment

    # ------------------------------------------------------------
    # CHECKING
    # ------------------------------------------------------------

    @api.model
    def _crm_check(self, batch, lines, targets):
        for line in lines:
            self._crm_take_product(line)
            line.vals["compute_price"] = "fixed"
            if line.vals.get("fixed_price", 0) < 0:
                message = self.env._("A price is not below zero.")
                line.refuse(None, "number", message)
            start, end = line.vals.get("date_start"), line.vals.get("date_end")
            if start and end and start >= end:
                message = self.env._("The price ends before it begins.")
                line.refuse(None, "date", message)
        return super()._crm_check(batch, lines, targets)

    @api.model
    def _crm_take_product(self, line):
        product = line.vals.get("product_tmpl_id")
        if not product:
            return
        is_variant = product._name == "product.product"
        line.vals |= {
            "applied_on": "0_product_variant" if is_variant else "1_product",
            "display_applied_on": "1_product",
            "product_tmpl_id": product.product_tmpl_id.id if is_variant else product.id,
            "product_id": product.id if is_variant else False,
        }

    @api.model
    def _crm_match(self, batch, lines):
        """One list, product, quantity and beginning: the same price."""
        Item = self.env["product.pricelist.item"]
        domain = [
            ("pricelist_id", "in", [line.vals["pricelist_id"] for line in lines]),
            ("product_tmpl_id", "in", [line.vals["product_tmpl_id"] for line in lines]),
            ("applied_on", "in", ("0_product_variant", "1_product")),
        ]
        seen = set(Item.search(domain).ids)
        known = {}
        # sudo: a price that is reckoned from the cost is there, though hidden
        for item in Item.sudo().search(domain):
            mark = self._crm_price_mark(
                {
                    "pricelist_id": item.pricelist_id.id,
                    "product_tmpl_id": item.product_tmpl_id.id,
                    "product_id": item.product_id.id,
                    "min_quantity": item.min_quantity,
                    "date_start": item.date_start,
                }
            )
            known[mark] = (item.id if item.id in seen else 0, 0)
        for line in lines:
            mark = self._crm_price_mark(line.vals)
            res_id, row = known.setdefault(mark, (0, line.number))
            if row == line.number:
                continue
            match = {"res_id": res_id, "reason": self.env._("The list has this price")}
            if row:
                reason = self.env._("Same as row %(n)s", n=row)
                match |= {"row": row, "reason": reason}
            elif not res_id:
                match["reason"] = self.env._(
                    "The list has a price that is reckoned from the cost"
                )
            line.matches.append(match)

    @api.model
    def _crm_price_mark(self, vals):
        """Return what tells prices apart (tuple)."""
        return (
            vals["pricelist_id"],
            vals["product_tmpl_id"],
            vals.get("product_id") or False,
            vals.get("min_quantity") or 0.0,
            vals.get("date_start") or False,
        )
