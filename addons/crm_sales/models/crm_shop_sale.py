from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from odoo.addons.crm_base.models.crm_idempotency_key import KeyUsedError
from odoo.addons.crm_base.tools.arguments import as_id, as_text

from ..tools.shop_cart import MAX_KEY, MAX_NOTE, read_cart
from .crm_shop import CASH


class CrmShop(models.Model):
    """What is sold over the counter becomes a confirmed order at once."""

    _inherit = "crm.shop"

    def compute_sale(self, sale: dict) -> dict:
        """Return what a sale would cost, without writing anything.

        :param dict sale: ``partner_id`` (0: walk-in), ``lines``: at most 500 dicts of
            ``product_id``, ``quantity`` and, where they deviate from the price list,
            ``price`` and ``discount`` (percent)
        :return: dict: ``lines`` (``price``, ``list_price``, ``discount``, ``total``),
            ``amount_untaxed``, ``amount_tax``, ``amount_total``, ``pricelist``
        :raise UserError: when the sale makes no sense
        :raise AccessError: when you do not sell in this shop
        """
        shop = self._crm_opened()
        cart = shop._crm_read_cart(sale)
        partner = shop._crm_buyer(cart.partner_id)
        values, list_prices = shop._prepare_sale(cart, partner)
        order = self.env["sale.order"].with_company(shop.company_id).new(values)
        return {
            "lines": [
                {
                    "price": line.price_unit,
                    "list_price": list_price,
                    "discount": line.discount,
                    "total": line.price_total,
                }
                for line, list_price in zip(order.order_line, list_prices, strict=True)
            ],
            "amount_untaxed": order.amount_untaxed,
            "amount_tax": order.amount_tax,
            "amount_total": order.amount_total,
            "pricelist": shop._crm_pricelist(partner).name or "",
        }

    def post_sale(self, key: str, sale: dict) -> dict:
        """Post a sale: an order, confirmed and paid, that nobody changes any more.

        The same key and content post once, whoever sends them again: a double click,
        a second window, a lost answer. Two such calls at once post once as well.

        :param str key: up to 64 characters, new for each sale
        :param dict sale: as for ``compute_sale``, and ``payments``: dicts of
            ``method_id`` and ``amount`` (received), ``note``, and ``total``, what the
            customer was told: when it is not the sum any more, nothing is posted
        :return: dict: ``id``, ``name``, ``amount_total``, ``change``, ``due``
        :raise UserError: when the sale makes no sense, is not paid, or gives more
            discount than you may
        :raise AccessError: when you do not sell in this shop
        """
        shop = self._crm_opened()
        key = shop._crm_read_key(key)
        cart = shop._crm_read_cart(sale)
        order = shop._crm_once(key, [repr(cart)], lambda: shop._crm_post(key, cart))
        return order._crm_shop_result()

    def reverse_sale(self, key: str, order_id: int, reason: str) -> dict:
        """Take back a sale of this shop by a sale of the same lines below zero.

        Own sales on the same day; a manager those of others and of other days.

        :param str key: up to 64 characters, new for each reversal
        :param int order_id: the sale
        :param str reason: why, for those who look at it later
        :return: dict as of ``post_sale``
        :raise UserError: without a reason, or when there is nothing to reverse
        :raise AccessError: when you may not reverse it
        """
        shop = self._crm_opened()
        key = shop._crm_read_key(key)
        reason = as_text(reason)[:MAX_NOTE]
        if not reason:
            raise UserError(self.env._("Say why the sale is reversed."))
        order = self.env["sale.order"].search(
            [("id", "=", as_id(order_id)), ("shop_id", "=", shop.id)]
        )
        if not order:
            raise UserError(self.env._("There is no such sale in this shop."))
        reversal = shop._crm_once(
            key, [order.id, reason], lambda: shop._crm_reverse(key, order, reason)
        )
        return reversal._crm_shop_result()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_once(self, key, content, make):
        """Return what ``make()`` posts (sale.order), or what it posted for this key.

        :raise UserError: when the key stands for another content
        """
        orders = self.env["sale.order"]
        try:
            ids = self.env["crm.idempotency.key"]._crm_once(
                orders._name, f"shop {key}", [self.id, *content], make
            )
        except KeyUsedError as error:
            mine = [("shop_key", "=", key), ("user_id", "=", self.env.uid)]
            posted = orders.search(mine)
            raise UserError(
                self.env._(
                    "This sale was posted already, as %(name)s, and not in the same"
                    " way. Look at it, then begin a new sale.",
                    name=posted.name,
                )
            ) from error
        return orders.browse(ids)

    @api.model
    def _crm_cash_code(self):
        return CASH

    @api.model
    def _crm_read_key(self, key):
        key = as_text(key)
        if not 0 < len(key) <= MAX_KEY:
            raise UserError(self.env._("A sale needs a key of 1 to 64 characters."))
        return key

    @api.model
    def _crm_read_cart(self, sale):
        cart = read_cart(sale)
        if cart is None:
            raise UserError(
                self.env._(
                    "A sale has 1 to 500 lines, each with a product, a quantity above"
                    " zero and a discount of 0 to 100 %%."
                )
            )
        return cart

    def _prepare_sale(self, cart, partner):
        """Return the values (dict) of the order and the price list's prices (list).

        :param cart: Cart
        :param partner: res.partner record
        :raise UserError: when something is not sold here
        """
        pricelist = self._crm_pricelist(partner)
        products = self._crm_products(cart)
        common = self._prepare_sale_line()
        asked = defaultdict(set)
        for line in cart.lines:
            asked[line.quantity].add(line.product_id)
        prices = {
            quantity: pricelist._compute_price_rule(products.browse(ids), quantity)
            for quantity, ids in asked.items()
        }
        listed = [prices[line.quantity][line.product_id][0] for line in cart.lines]
        values = {
            "partner_id": partner.id,
            "pricelist_id": pricelist.id,
            "user_id": self.env.uid,
            "company_id": self.company_id.id,
            "require_payment": False,
            "require_signature": False,
            "order_line": [
                Command.create(
                    {
                        **common,
                        "product_id": line.product_id,
                        "product_uom_qty": line.quantity,
                        "price_unit": price if line.price is None else line.price,
                        "discount": line.discount,
                    }
                )
                for line, price in zip(cart.lines, listed, strict=True)
            ],
        }
        if self.team_id:
            values["team_id"] = self.team_id.id
        if cart.note:
            values["note"] = cart.note
        return values, listed

    @api.model
    def _prepare_sale_line(self):
        """Return the values (dict) that all lines have in common.

        Odoo looks for the analytic accounts of each line by itself, twice. Where there
        are no rules for them the answer is known.
        """
        # sudo: only whether there are any; they are the bookkeepers'
        rules = self.env["account.analytic.distribution.model"].sudo()
        return (
            {} if rules.search_count([], limit=1) else {"analytic_distribution": False}
        )

    def _crm_products(self, cart):
        """Return the products of a sale.

        :raise UserError: when one of them is not sold here
        """
        ids = {line.product_id for line in cart.lines}
        products = self.env["product.product"]
        found = products.search(
            products._crm_shop_domain(self) & Domain("id", "in", ids)
        )
        if len(found) != len(ids):
            # sudo: what it is called stands on the cashier's screen
            gone = products.sudo().browse(ids - set(found.ids)).exists()
            raise UserError(
                self.env._(
                    "Not sold here any more: %(products)s. Take it off the sale.",
                    products=", ".join(gone.mapped("display_name")) or "?",
                )
            )
        return found
