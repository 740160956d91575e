from odoo import http
from odoo.http import request

FORMATS = ("58", "80", "a4")


class ShopReceipt(http.Controller):
    """The receipt of a shop sale, made for the printer of the counter."""

    @http.route(
        "/crm_sales/shop/receipt/<int:order_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def receipt(self, order_id, paper="", **_kwargs):
        """Return the receipt as a page that prints as it is.

        :param int order_id: a shop sale in sight
        :param str paper: ``58``, ``80`` or ``a4``; else what the shop has
        """
        order = request.env["sale.order"].search(
            [("id", "=", order_id), ("is_shop_sale", "=", True)]
        )
        if not order:
            return request.not_found()
        return request.make_response(
            order._crm_shop_receipt(paper if paper in FORMATS else ""),
            [
                ("Content-Type", "text/html; charset=utf-8"),
                ("Cache-Control", "no-store"),
            ],
        )
