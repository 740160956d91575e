"""What the screen of a shop sends, as what it is meant to be."""

from dataclasses import dataclass

from odoo.addons.crm_base.tools.arguments import as_id, as_number, as_text

MAX_LINES = 500
MAX_QUANTITY = 1_000_000
MAX_AMOUNT = 10**12
MAX_KEY = 64
MAX_NOTE = 1000


@dataclass(frozen=True)
class CartLine:
    """A product, how much of it, and what deviates from its price."""

    product_id: int
    quantity: float
    # None: what the price list says
    price: float | None
    discount: float


@dataclass(frozen=True)
class Cart:
    """A sale before it is posted.

    ``payments`` are pairs of the id of a means of payment and what was received;
    ``total`` is what the screen showed, None when it did not say.
    """

    partner_id: int
    lines: tuple[CartLine, ...]
    payments: tuple[tuple[int, float], ...] = ()
    note: str = ""
    total: float | None = None


def _within(value, low, high):
    number = as_number(value)
    return number if number is not None and low <= number <= high else None


def _line(value):
    if not isinstance(value, dict):
        return None
    product_id = as_id(value.get("product_id"))
    quantity = _within(value.get("quantity"), 0, MAX_QUANTITY)
    discount = _within(value.get("discount") or 0, 0, 100)
    price = value.get("price")
    if price is False:
        price = None
    if price is not None:
        price = _within(price, 0, MAX_AMOUNT)
        if price is None:
            return None
    if not product_id or not quantity or discount is None:
        return None
    return CartLine(product_id, quantity, price, discount)


def _payment(value):
    if not isinstance(value, dict):
        return None
    method_id = as_id(value.get("method_id"))
    amount = _within(value.get("amount"), 0, MAX_AMOUNT)
    return (method_id, amount) if method_id and amount else None


def read_cart(value):
    """Return the :class:`Cart` of what a program sent, None if it makes no sense."""
    if not isinstance(value, dict):
        return None
    lines, payments = value.get("lines"), value.get("payments") or []
    if not isinstance(lines, list) or not isinstance(payments, list):
        return None
    if not 0 < len(lines) <= MAX_LINES or len(payments) > MAX_LINES:
        return None
    lines = tuple(map(_line, lines))
    payments = tuple(map(_payment, payments))
    if None in lines or None in payments:
        return None
    return Cart(
        partner_id=as_id(value.get("partner_id")),
        lines=lines,
        payments=payments,
        note=as_text(value.get("note"))[:MAX_NOTE],
        total=as_number(value.get("total")),
    )
