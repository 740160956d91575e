from odoo import api, models

# what makes a line cheaper, or another one that is compared with another price
PRICED = frozenset(
    {
        "combo_item_id",
        "discount",
        "is_downpayment",
        "line_total",
        "linked_line_id",
        "order_id",
        "price_unit",
        "product_id",
        "product_uom_id",
        "product_uom_qty",
    }
)


class SaleOrderLine(models.Model):
    """What a line costs by the price list; changes after the customer has seen it."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._crm_check_discounts()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if not PRICED.isdisjoint(vals):
            self._crm_check_discounts()
        return result

    def _crm_check_discounts(self):
        """Refuse prices above the limit of whoever gives them.

        Of an order only the changed lines: the others were agreed on before.
        """
        sold = self.filtered(lambda line: line.order_id.state == "sale")
        (self - sold).order_id._crm_check_discounts()
        for order in sold.order_id:
            order._crm_check_changed(sold & order.order_line)

    def _crm_is_sold(self):
        """Return whether this line has goods and a price of its own (bool).

        A down payment delivers nothing; the price of a combo is on its items.
        """
        self.ensure_one()
        is_payment = self.is_downpayment and not self.product_uom_qty
        return bool(self.product_id) and not is_payment and self.product_type != "combo"

    def _crm_list_prices(self):
        """Return what a unit of each line costs by the price list, a dict of line.

        Looked up once for all lines of the same quantity: what is stored on a line can
        be written by anybody who may change it.
        """
        prices, alike = {}, {}
        for line in self:
            if line.combo_item_id:
                combos = line.linked_line_id.product_template_id.combo_ids
                if line.combo_item_id.combo_id & combos:
                    # a part of what the combo costs
                    prices[line] = line._get_combo_item_display_price()
                    continue
            if line.product_no_variant_attribute_value_ids:
                # the price depends on the choice of this line
                prices[line] = line._get_pricelist_price()
                continue
            key = (line.order_id, line.product_uom_qty or 1, line.product_uom_id)
            alike.setdefault(key, []).append(line)
        for (order, quantity, unit), lines in alike.items():
            products = self.env["product.product"].union(
                *(line.product_id for line in lines)
            )
            found = order.pricelist_id._get_products_price(
                products,
                quantity=quantity,
                uom=unit,
                date=order.date_order,
                currency=order.currency_id,
            )
            for line in lines:
                prices[line] = found.get(line.product_id.id, 0)
        self._crm_map_taxes(prices)
        return prices

    def _crm_map_taxes(self, prices):
        """Adapt prices by the price list to the taxes of this customer.

        Products have the same few taxes: what becomes of them is asked once.

        :param dict prices: of a unit, by line; changed in place
        """
        alike = {}
        for line in self:
            position = line.order_id.fiscal_position_id
            # most replace nothing, and taxes of hundreds of products need not be read
            if position.tax_map:
                taxes = line.product_id.product_tmpl_id.taxes_id
                key = (position, line.company_id, taxes)
                alike.setdefault(key, []).append(line)
        for (position, company, every), lines in alike.items():
            taxes = every._filter_taxes_by_company(company)
            mapped = position.map_tax(taxes)
            if mapped == taxes:
                continue
            for line in lines:
                prices[line] = line.product_id._get_tax_included_unit_price_from_price(
                    prices[line], product_taxes=taxes, product_taxes_after_fp=mapped
                )

    def _crm_in_product_terms(self, price):
        """Return a price of this line per unit and in the currency of its product."""
        self.ensure_one()
        product, order = self.product_id, self.order_id
        if self.product_uom_id and self.product_uom_id != product.uom_id:
            price = self.product_uom_id._compute_price(price, product.uom_id)
        if order.currency_id and order.currency_id != product.currency_id:
            price = order.currency_id._convert(
                price,
                product.currency_id,
                order.company_id,
                order.date_order or order.create_date,
                round=False,
            )
        return price
