"""The counter for the parity test."""

import uuid

from odoo.addons.crm_base.tests.expected import Expected

from .parity_sale import _product, _reach
from .parity_stage import _set_up


def _walk_in(case):
    return case.env["res.partner"].create({"name": "散客"})


def shops(case, oracle, customer):
    """Shops are known to everybody who sells and set up by directors."""
    if customer:
        return []
    return _set_up(
        case,
        oracle,
        "crm.shop",
        {"name": "门店", "partner_id": _walk_in(case).id},
    )


def payments(case, oracle, customer):
    """What was paid is seen with the sale, and written by nobody."""
    owner = customer.user_id
    if not owner or not oracle.is_seller(owner):
        return []
    shop = case.env["crm.shop"].create(
        {"name": "门店", "partner_id": _walk_in(case).id}
    )
    product = _product(case)
    product.write({"list_price": 10, "taxes_id": [(5,)]})
    cash = case.env.ref("crm_sales.dictionary_shop_payment_method_cash")
    sale = shop.with_user(owner).post_sale(
        uuid.uuid4().hex,
        {
            "partner_id": customer.id,
            "lines": [{"product_id": product.id, "quantity": 1}],
            "payments": [{"method_id": cash.id, "amount": 10}],
        },
    )
    order = case.env["sale.order"].browse(sale["id"])
    sees, _changes = _reach(oracle, customer)
    return [Expected(order.shop_payment_ids, read=sees)]


FACTORIES = {"crm.shop": shops, "crm.shop.payment": payments}
