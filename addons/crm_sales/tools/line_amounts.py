"""Price, quantity, discount and total of a line: any of them follows from the others.

The total is what a line costs in terms of its price (with taxes, if the price includes
them), rounded half up to the smallest amount of the currency:

    total = round(quantity × price × (100 − discount) / 100)

A given total is never missed by a cent. What follows is rounded to the
fewest decimal places that reach it; prices have no fixed number of them, quantities and
discounts do, and what theirs leave over goes into the last decimal places of the price.
"""

from collections.abc import Collection
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

ONE_HUNDRED = Decimal(100)
# how much of the smallest amount a line may be off before it is rounded: a thousand
# lines that are all off to one side do not make one together, where taxes are computed
# on the whole document
PRECISION = Decimal("0.0005")
# decimal places that a price may need at most
PRICE_PLACES = 15


class Line(NamedTuple):
    """What makes the total of a line.

    :ivar Decimal price: of one unit, before the discount
    :ivar Decimal quantity: number of units
    :ivar Decimal discount: in percent
    """

    price: Decimal
    quantity: Decimal
    discount: Decimal


class Digits(NamedTuple):
    """How exact each number is.

    :ivar Decimal unit: the smallest amount of the currency
    :ivar int price: decimal places that prices have at least
    :ivar int quantity: decimal places of quantities
    :ivar int discount: decimal places of discounts
    """

    unit: Decimal
    price: int = 2
    quantity: int = 2
    discount: int = 2


class LineError(ValueError):
    """A total that cannot be; its only argument says why.

    ``quantity`` there is none, ``free`` everything is discounted, ``disagree`` all four
    were given and do not fit.
    """


def exact(number: float) -> Decimal:
    """Return a number as it is written, not as the machine holds it."""
    return Decimal(repr(float(number)))


def raw_total(line: Line) -> Decimal:
    """Return what a line costs, not rounded."""
    return line.quantity * line.price * (ONE_HUNDRED - line.discount) / ONE_HUNDRED


def rounded(amount: Decimal, unit: Decimal) -> Decimal:
    """Return an amount rounded half up to the smallest one of the currency."""
    return (amount / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit


def total_of(line: Line, digits: Digits) -> Decimal:
    """Return the total of a line."""
    return rounded(raw_total(line), digits.unit)


def reach(line: Line, total: Decimal, given: Collection[str], digits: Digits) -> Line:
    """Return a line that costs exactly a total.

    What was not given follows: the price; where it was given, the discount; where both
    were, the quantity. A line that costs that much already stays as it is.

    :param Line line: what is known by now
    :param Decimal total: what it is to cost
    :param given: those of ``price``, ``discount``, ``quantity`` that were given along
        with the total
    :raise LineError: there is no such line
    """
    total = rounded(total, digits.unit)
    if total_of(line, digits) == total:
        return line
    if not line.quantity and "quantity" in given:
        raise LineError("quantity")
    if "price" not in given:
        return _reach_by_price(line, total, digits)
    if "discount" not in given:
        return _reach_by_discount(line, total, digits)
    if "quantity" not in given:
        return _reach_by_quantity(line, total, digits)
    raise LineError("disagree")


def _places(number: Decimal, places: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _reach_by_price(line: Line, total: Decimal, digits: Digits) -> Line:
    if not line.quantity:
        raise LineError("quantity")
    share = line.quantity * (ONE_HUNDRED - line.discount) / ONE_HUNDRED
    if not share:
        raise LineError("free")
    price = total / share
    for places in range(digits.price, PRICE_PLACES):
        found = line._replace(price=_places(price, places))
        if abs(raw_total(found) - total) <= PRECISION * digits.unit:
            return found
    return line._replace(price=_places(price, PRICE_PLACES))


def _reach_by_discount(line: Line, total: Decimal, digits: Digits) -> Line:
    full = line.quantity * line.price
    discount = Decimal(0)
    if full:
        discount = _places(ONE_HUNDRED - total * ONE_HUNDRED / full, digits.discount)
    if discount < 0 or (discount >= ONE_HUNDRED and total):
        # dearer than the price: that is a price, not a discount
        discount = Decimal(0)
    line = line._replace(discount=discount)
    if total_of(line, digits) == total:
        return line
    return _reach_by_price(line, total, digits)


def _reach_by_quantity(line: Line, total: Decimal, digits: Digits) -> Line:
    cost = line.price * (ONE_HUNDRED - line.discount) / ONE_HUNDRED
    if not cost:
        raise LineError("free")
    line = line._replace(quantity=_places(total / cost, digits.quantity))
    if total_of(line, digits) == total:
        return line
    return _reach_by_price(line, total, digits)
