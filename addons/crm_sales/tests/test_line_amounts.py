from decimal import Decimal
from random import Random

from odoo.tests import BaseCase, tagged

from ..tools.line_amounts import Digits, Line, LineError, reach, total_of

UNITS = [Decimal("0.01"), Decimal(1), Decimal("0.001"), Decimal("0.05")]
PARTS = ("price", "discount", "quantity")


@tagged("post_install", "-at_install")
class TestLineAmounts(BaseCase):
    """Price, quantity, discount and total, each from the others."""

    def _some(self, random):
        places = random.choice((0, 2, 4))
        return Line(
            Decimal(random.randrange(1, 10**9)).scaleb(-places),
            Decimal(random.randrange(1, 10**6)).scaleb(-random.choice((0, 2))),
            Decimal(random.choice((0, 0, random.randrange(0, 9999)))).scaleb(-2),
        )

    def test_never_a_lost_cent(self):
        """Whatever follows, the line costs exactly what was typed. Covers: S11."""
        random = Random(20251122)
        for number in range(4000):
            digits = Digits(random.choice(UNITS))
            line = self._some(random)
            most = 10 ** random.randrange(1, 14)
            total = random.randrange(1, most) * digits.unit
            given = random.sample(PARTS, random.randrange(3))
            if random.random() < 0.1:
                total, line = -total, line._replace(quantity=-line.quantity)
            try:
                found = reach(line, total, given, digits)
            except LineError as error:
                # a quantity that rounds to nothing
                self.assertEqual(error.args[0], "quantity", (number, line, total))
                continue
            case = (number, line, total, given, found)
            self.assertEqual(total_of(found, digits), total, case)
            if found.discount < 99:
                # as machines compute it, too
                cost = float(found.price) * (1 - float(found.discount) / 100)
                units = cost * float(found.quantity) / float(digits.unit)
                self.assertEqual(round(units), total / digits.unit, case)
            self.assertEqual(reach(found, total, PARTS, digits), found, case)
            self.assertGreaterEqual(found.discount, 0, case)

    def test_what_follows(self):
        """What was not given follows, in a fixed order. Covers: S11."""
        digits = Digits(Decimal("0.01"))
        line = Line(Decimal(100), Decimal(3), Decimal(0))
        for given, price, quantity, discount in (
            ((), "33.333333", "3", "0"),
            (("quantity",), "33.333333", "3", "0"),
            (("price",), "100.01", "3", "66.67"),
            (("price", "discount"), "100", "1.00", "0"),
        ):
            with self.subTest(given=given):
                found = reach(line, Decimal(100), given, digits)
                self.assertEqual(
                    (found.price, found.quantity, found.discount),
                    (Decimal(price), Decimal(quantity), Decimal(discount)),
                )
        free = reach(line, Decimal(0), ("price",), digits)
        self.assertEqual(free.discount, 100)

    def test_refused(self):
        """What cannot be is refused. Covers: S11."""
        digits = Digits(Decimal("0.01"))
        none = Line(Decimal(5), Decimal(0), Decimal(0))
        gift = Line(Decimal(5), Decimal(1), Decimal(100))
        some = Line(Decimal(5), Decimal(1), Decimal(0))
        for line, given, why in (
            (none, (), "quantity"),
            (gift, (), "free"),
            (gift, ("price", "discount"), "free"),
            (some, PARTS, "disagree"),
        ):
            with self.subTest(why=why), self.assertRaises(LineError) as caught:
                reach(line, Decimal(7), given, digits)
            self.assertEqual(caught.exception.args[0], why)

    def test_half_a_cent(self):
        """Halves are rounded away from zero. Covers: S11."""
        digits = Digits(Decimal("0.01"))
        for price, total in (("1.005", "1.01"), ("-1.005", "-1.01"), ("1.004", "1")):
            line = Line(Decimal(price), Decimal(1), Decimal(0))
            self.assertEqual(total_of(line, digits), Decimal(total))
