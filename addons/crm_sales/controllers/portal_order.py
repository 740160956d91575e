"""What customers do by themselves in the portal: prices, orders, returns.

Portal users have no rights on products, prices and returns. Each page asks first who
it is and reads then, as the system, what is theirs; what a form sends names products,
lines and quantities, and is checked by the models.
"""

import math
import uuid

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.crm_base.tools.flood_gate import FloodGate
from odoo.addons.portal.controllers.portal import pager
from odoo.addons.sale.controllers.portal import CustomerPortal

PAGE = 40
BASKET = "crm_portal_basket"
MAX_BASKET = 100
# a person looks and orders, a program empties a price list
LOOKS = FloodGate(per_source=120, overall=12_000, seconds=60)
DEEDS = FloodGate(per_source=30, overall=3_000, seconds=600)


class CrmPortal(CustomerPortal):
    # ------------------------------------------------------------
    # HOME
    # ------------------------------------------------------------

    def _prepare_portal_layout_values(self):
        values = super()._prepare_portal_layout_values()
        values["crm_portal_order"] = request.env.user._crm_orders_in_portal()
        return values

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "crm_return_count" in counters:
            returns = request.env["crm.return"].sudo()  # sudo: the own ones
            values["crm_return_count"] = returns.search_count(self._crm_return_domain())
        return values

    def _crm_return_domain(self):
        customer = request.env.user.partner_id.commercial_partner_id
        return [("partner_id", "child_of", customer.ids)]

    # ------------------------------------------------------------
    # PRICES
    # ------------------------------------------------------------

    @http.route(
        "/my/prices",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def crm_prices(self, page="1", search="", **_kwargs):
        """Show the products on sale at the prices of this customer."""
        user = self._crm_admit(LOOKS)
        if not user:
            return request.not_found()
        search = search.strip()[:100]
        products = request.env["product.product"].sudo()  # sudo: see above
        domain = products._crm_portal_domain(user.company_id)
        if search:
            domain &= Domain("search_key", "ilike", search)
        total = products.search_count(domain)
        pages = pager(
            url="/my/prices",
            url_args={"search": search} if search else {},
            total=total,
            page=min(_number(page, 10**6) or 1, max(1, math.ceil(total / PAGE))),
            step=PAGE,
        )
        found = products.search(domain, limit=PAGE, offset=pages["offset"])
        basket = self._crm_basket()
        values = self._crm_page("crm_prices")
        values.update(
            rows=self._crm_rows(user, {product.id: 1 for product in found}),
            basket=basket,
            pager=pages,
            search=search,
            total=total,
        )
        return request.render("crm_sales.portal_prices", values)

    @http.route("/my/prices", type="http", auth="user", website=True, methods=["POST"])
    def crm_take(self, **form):
        """Put what was chosen into the basket; show the basket or the next page."""
        if not self._crm_admit(LOOKS):
            return request.not_found()
        self._crm_keep(_quantities(form, "product_"))
        follow = "/my/basket"
        if form.get("more"):
            follow = "/my/prices"
            if search := form.get("search", "").strip()[:100]:
                return request.redirect_query(follow, {"search": search})
        return request.redirect(follow)

    # ------------------------------------------------------------
    # BASKET
    # ------------------------------------------------------------

    @http.route(
        "/my/basket",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def crm_basket(self, **_kwargs):
        """Show what is going to be ordered."""
        user = self._crm_admit(LOOKS)
        return self._crm_render_basket(user) if user else request.not_found()

    @http.route("/my/basket", type="http", auth="user", website=True, methods=["POST"])
    def crm_order(self, key="", note="", **form):
        """Order what is in the basket, once; or keep the quantities only."""
        user = self._crm_admit(LOOKS)
        if not user:
            return request.not_found()
        self._crm_keep(_quantities(form, "product_"))
        if not form.get("order"):
            return request.redirect("/my/basket")
        orders = request.env["sale.order"].sudo()  # sudo: see above
        orders = orders.with_company(user.company_id)
        if DEEDS.admit(user.id) is None:
            return self._crm_render_basket(user, _too_many())
        try:
            with request.env.cr.savepoint():
                order = orders._crm_place_portal_order(
                    user, _key(key), self._crm_basket(), note
                )
        except UserError as error:
            return self._crm_render_basket(user, str(error))
        request.session.pop(BASKET, None)
        return request.redirect(f"/my/orders/{order.id}")

    def _crm_render_basket(self, user, error=""):
        basket = self._crm_basket()
        rows = self._crm_rows(user, basket)
        values = self._crm_page("crm_basket")
        values.update(
            rows=rows,
            error=error,
            key=uuid.uuid4().hex,
            amount=sum(row["amount"] for row in rows),
        )
        return request.render("crm_sales.portal_basket", values)

    def _crm_basket(self):
        """Return what this visitor is going to order, a dict of id to float."""
        kept = request.session.get(BASKET) or {}
        return {int(id_): quantity for id_, quantity in kept.items()}

    def _crm_keep(self, quantities):
        basket = {**self._crm_basket(), **quantities}
        kept = [(id_, number) for id_, number in basket.items() if number > 0]
        request.session[BASKET] = {str(id_): n for id_, n in kept[-MAX_BASKET:]}

    def _crm_rows(self, user, quantities):
        """Return the products and their prices for this customer (list of dict)."""
        company = user.company_id
        # sudo: see above
        partner = user.partner_id.sudo().with_company(company)
        products = request.env["product.product"].sudo().with_company(company)
        found = products.search(
            products._crm_portal_domain(company) & Domain("id", "in", list(quantities))
        )
        pricelist = partner.property_product_pricelist
        currency = pricelist.currency_id or company.currency_id
        prices = {}
        for quantity in set(quantities.values()):
            some = found.filtered(lambda one, n=quantity: quantities[one.id] == n)
            prices.update(pricelist._compute_price_rule(some, quantity))
        return [
            {
                "product": product,
                "quantity": quantities[product.id],
                "price": prices[product.id][0],
                "amount": currency.round(
                    prices[product.id][0] * quantities[product.id]
                ),
                "currency": currency,
            }
            for product in found
        ]

    # ------------------------------------------------------------
    # RETURNS
    # ------------------------------------------------------------

    @http.route(
        "/my/returns",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def crm_returns(self, page="1", **_kwargs):
        """Show what this customer has asked to return, and what became of it."""
        if LOOKS.admit(request.env.uid) is None:
            return request.not_found()
        returns = request.env["crm.return"].sudo()  # sudo: the own ones
        domain = self._crm_return_domain()
        pages = pager(
            url="/my/returns",
            total=returns.search_count(domain),
            page=_number(page, 10**6) or 1,
            step=PAGE,
        )
        values = self._crm_page("crm_returns")
        values.update(
            returns=returns.search(domain, limit=PAGE, offset=pages["offset"]),
            pager=pages,
        )
        return request.render("crm_sales.portal_returns", values)

    @http.route(
        "/my/orders/<int:order_id>/return",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def crm_return(self, order_id, key="", reason="", description="", **form):
        """Ask to return goods of an own order."""
        order = self._crm_own_order(order_id)
        if not order or LOOKS.admit(request.env.uid) is None:
            return request.not_found()
        error = ""
        if request.httprequest.method == "POST":
            # sudo: reasons are for everybody to choose from
            reasons = request.env["crm.dictionary"].sudo()
            domain = [("id", "=", _number(reason)), ("kind", "=", "return_reason")]
            try:
                if DEEDS.admit(request.env.uid) is None:
                    raise UserError(_too_many())
                with request.env.cr.savepoint():
                    order._crm_request_portal_return(
                        _key(key),
                        reasons.search(domain),
                        _quantities(form, "line_"),
                        description,
                    )
                return request.redirect("/my/returns")
            except UserError as refusal:
                error = str(refusal)
        values = self._crm_page("crm_return")
        values.update(
            order=order,
            rest=order._crm_returnable(),
            # sudo: see above
            reasons=request.env["crm.dictionary"]
            .sudo()
            .search([("kind", "=", "return_reason")]),
            key=uuid.uuid4().hex,
            error=error,
            description=description,
        )
        return request.render("crm_sales.portal_return", values)

    def _crm_own_order(self, order_id):
        """Return a confirmed order of this customer, for the system; None for others.

        A link with a token shows an order to anybody; asking for something needs the
        account of the customer.
        """
        user = request.env.user
        if not user.share:
            return None
        try:
            order = self._document_check_access("sale.order", order_id)
        except (AccessError, MissingError):
            return None
        return order if order.state == "sale" else None

    # ------------------------------------------------------------
    # COMMON
    # ------------------------------------------------------------

    def _document_check_access(self, model_name, document_id, access_token=None):
        document = super()._document_check_access(
            model_name, document_id, access_token=access_token
        )
        if not request.env.user.share and "partner_id" in document._fields:
            # the page is made by the system and bears address, phone and e-mail of the
            # customer: staff who have an old order, but no longer the customer
            partner = request.env["res.partner"].browse(document.partner_id.id)
            partner.check_access("read")
        return document

    def _crm_admit(self, gate):
        """Return the user (res.users) when it may order here and now, else None."""
        user = request.env.user
        if not user._crm_orders_in_portal() or gate.admit(user.id) is None:
            return None
        return user

    def _crm_page(self, name):
        return {**self._prepare_portal_layout_values(), "page_name": name}


def _too_many():
    return request.env._("That was a lot at once. Try again in ten minutes.")


def _key(value):
    """Return the key of a form (str), a new one if it has none."""
    return value if 0 < len(value) <= 64 else uuid.uuid4().hex


def _number(value, most=2**31 - 1):
    """Return a whole number above zero (int) of a text, 0 if it is none."""
    is_number = isinstance(value, str) and value.isascii() and value.isdigit()
    number = int(value) if is_number and len(value) <= 10 else 0
    return number if number <= most else 0


def _quantities(form, prefix):
    """Return what a form says of quantities, a dict of id to float.

    What is no number, or not a quantity, counts as none of it.
    """
    quantities = {}
    for name, value in form.items():
        if name.startswith(prefix) and (id_ := _number(name[len(prefix) :])):
            try:
                quantity = float(value or 0)
            except (TypeError, ValueError):
                quantity = 0
            is_sound = math.isfinite(quantity) and 0 < quantity <= 10**6
            quantities[id_] = quantity if is_sound else 0
    return quantities
