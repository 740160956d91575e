from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL, format_date, formatLang

# earlier offers that are shown of a product
PAST_PRICES = 5


class PastTexts(NamedTuple):
    """Functions that write what belongs to an earlier offer."""

    date: Callable
    state: Callable
    amount: Callable
    quantity: Callable
    unit: Callable


class SaleOrderLine(models.Model):
    """What the product was offered and sold to this customer for, beside the line."""

    _inherit = "sale.order.line"

    past_prices = fields.Json(
        compute="_compute_past_prices",
        exportable=False,
        help="What the customer was offered and sold the product for, latest first.",
    )

    @api.depends("product_id", "order_id.partner_id")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_past_prices(self):
        own = self.order_id._origin
        past = self._crm_past_prices(
            self.order_id.partner_id.commercial_partner_id, self.product_id, own
        )
        for line in self:
            partner = line.order_id.partner_id.commercial_partner_id
            offers = past.get((partner._origin.id, line.product_id._origin.id), ())
            line.past_prices = [
                offer
                for offer in offers
                if offer["order_id"] != line.order_id._origin.id
            ][:PAST_PRICES]

    @api.model
    def _crm_past_prices(self, customers, products, orders=()):
        """Return earlier offers of products to customers that the user may see.

        In one query, whatever their number.

        :param customers: res.partner records, commercial entities
        :param products: product.product records
        :param orders: sale.order records for whose lines they are; a single one is left
            out, with several each row says which order it is from
        :return: dict of (customer id, product id) to a list of dict, the latest first
        """
        if not customers.ids or not products.ids:
            return {}
        self.flush_model()
        self.env["sale.order"].flush_model(["date_order", "state"])
        domain = [
            ("order_id.partner_id.commercial_partner_id", "in", customers.ids),
            ("product_id", "in", products.ids),
            ("state", "in", ["sent", "sale"]),
        ]
        if len(orders) == 1:
            domain.append(("order_id", "!=", orders.id))
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT * FROM (
                    SELECT line.id, line.product_id, line.price_unit, line.discount,
                           line.product_uom_qty, line.product_uom_id, line.currency_id,
                           sold.id AS order_id, sold.name, sold.state, sold.date_order,
                           partner.commercial_partner_id,
                           row_number() OVER (
                               PARTITION BY partner.commercial_partner_id,
                                            line.product_id
                               ORDER BY sold.date_order DESC, line.id DESC
                           ) AS place
                      FROM sale_order_line line
                      JOIN sale_order sold ON sold.id = line.order_id
                      JOIN res_partner partner ON partner.id = sold.partner_id
                     WHERE line.id IN %(visible)s
                ) offer
                 WHERE place <= %(places)s
                 ORDER BY place
                """,
                visible=self._search(domain).subselect(),
                places=PAST_PRICES if len(orders) <= 1 else 4 * PAST_PRICES,
            )
        )
        past, texts = {}, self._crm_past_texts()
        for row in rows:
            key = (row["commercial_partner_id"], row["product_id"])
            past.setdefault(key, []).append(self._crm_past_price(row, texts))
        return past

    @api.model
    def _crm_past_texts(self):
        """Return what writes figures for the user (PastTexts), each figure once.

        Hundreds of lines tell of few dates and quantities.
        """
        env, currencies = self.env, self.env["res.currency"]
        states = dict(self._fields["state"]._description_selection(env))
        return PastTexts(
            date=cache(lambda at: format_date(env, at)),
            state=states.get,
            amount=cache(
                lambda amount, currency_id: formatLang(
                    env, amount, currency_obj=currencies.browse(currency_id)
                )
            ),
            quantity=cache(lambda value: formatLang(env, value, dp="Product Unit")),
            unit=cache(lambda id_: env["uom.uom"].browse(id_).display_name or ""),
        )

    @api.model
    def _crm_past_price(self, row, texts):
        """Return one earlier offer (dict), with its figures as the user writes them."""
        net = row["price_unit"] * (1 - (row["discount"] or 0) / 100)
        quantity = texts.quantity(row["product_uom_qty"])
        return {
            "id": row["id"],
            "order_id": row["order_id"],
            "order": row["name"],
            "date": texts.date(row["date_order"]),
            "state": texts.state(row["state"]),
            "is_sold": row["state"] == "sale",
            "currency_id": row["currency_id"],
            "uom_id": row["product_uom_id"],
            "price_unit": row["price_unit"],
            "discount": row["discount"],
            "net": net,
            "net_text": texts.amount(net, row["currency_id"]),
            "quantity": f"{quantity} {texts.unit(row['product_uom_id'])}".strip(),
        }
