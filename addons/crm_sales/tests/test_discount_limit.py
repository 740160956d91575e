from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .product_case import ProductCase


@tagged("post_install", "-at_install")
class TestDiscountLimit(ProductCase):
    def _allowed(self, user, percent, product=None, price=None):
        return self.env["crm.discount.limit"]._crm_discount_allowed(
            user, product or self.lathe, percent, price=price
        )

    def _limit_of(self, user, product=None):
        return self.env["crm.discount.limit"]._crm_limit(user, product or self.lathe)

    def test_without_limits_nobody_asks(self):
        """Where nobody has set anything, any discount is given. Covers: S10."""
        self.env["crm.discount.limit"].search([]).unlink()
        self.assertIsNone(self._limit_of(self.sam))
        self.assertTrue(self._allowed(self.sam, 99))

    def test_roles(self):
        """Each role has its own; who stands above is never held to less."""
        self._limit("salesperson", 5)
        self._limit("manager", 15)
        self._limit("director", 10)
        self.assertEqual(self._limit_of(self.sam), 5)
        self.assertEqual(self._limit_of(self.assistant), 5)
        self.assertEqual(self._limit_of(self.employee), 5, "no role binds no less")
        self.assertEqual(self._limit_of(self.manager), 15)
        self.assertEqual(self._limit_of(self.director), 15)
        self.assertIsNone(self._limit_of(self.boss))
        self.assertTrue(self._allowed(self.sam, 5))
        self.assertTrue(self._allowed(self.sam, 5.001), "within the rounding")
        self.assertFalse(self._allowed(self.sam, 5.01))
        self.assertTrue(self._allowed(self.boss, 100))

    def test_role_without_own_limit(self):
        """A manager without a limit of managers has that of salespeople."""
        self._limit("salesperson", 5)
        self.assertEqual(self._limit_of(self.manager), 5)

    def test_nearest_category(self):
        """The nearest category counts, also when it says less."""
        self._limit("salesperson", 20)
        self._limit("salesperson", 10, self.machines)
        self.assertEqual(self._limit_of(self.sam, self.drill), 20)
        self.assertEqual(self._limit_of(self.sam), 10)
        near = self._limit("salesperson", 0, self.lathes)
        self.assertEqual(self._limit_of(self.sam), 0)
        self.assertEqual(self._limit_of(self.sam, self.lathe.product_tmpl_id), 0)
        self.assertEqual(self._limit_of(self.sam, self.machines), 10)
        near.active = False
        self.assertEqual(self._limit_of(self.sam), 10)
        near.active = True
        near.unlink()
        self.assertEqual(self._limit_of(self.sam), 10)

    def test_company(self):
        """A company's own limit comes before that of all."""
        other = self.env["res.company"].create({"name": "上海分公司"})
        self._limit("salesperson", 20)
        self._limit("salesperson", 8, company_id=other.id)
        self.assertEqual(self._limit_of(self.sam), 20)
        limits = self.env["crm.discount.limit"]
        self.assertEqual(limits._crm_limit(self.sam, self.lathe, other), 8)

    def test_one_limit_for_each_case(self):
        """Two limits for the same people and products would be a riddle."""
        self._limit("salesperson", 5)
        with (
            self.assertRaises(UniqueViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self._limit("salesperson", 6)

    def test_floor_price(self):
        """Nobody below a director sells under the floor price alone. Covers: S10."""
        self.lathe.product_tmpl_id.floor_price = 90000
        self.assertTrue(self._allowed(self.sam, 10, price=90000))
        self.assertFalse(self._allowed(self.sam, 10, price=89999.99))
        self.assertFalse(self._allowed(self.manager, 10, price=89999.99))
        self.assertTrue(self._allowed(self.director, 10, price=89999.99))
        self.assertTrue(self._allowed(self.sam, 10), "no price, no floor")

    def test_rights(self):
        """Salespeople read what binds them; directors set it up."""
        limit = self._limit("salesperson", 5)
        self.assertEqual(limit.with_user(self.sam).percent, 5)
        with self.assertRaises(AccessError):
            limit.with_user(self.manager).percent = 50
        with self.assertRaises(AccessError):
            self.lathe.with_user(self.sam).floor_price = 1
        limit.with_user(self.director).percent = 6
        self.lathe.with_user(self.director).floor_price = 80000
        self.assertEqual(self._limit_of(self.sam), 6)

    def test_queries(self):
        """A quotation of many lines asks no more than one of few."""
        self._limit("salesperson", 5)
        products = self.env["product.product"].concat(
            *(self._product(f"钻头{n}", self.tools, 10) for n in range(12))
        )
        self._allowed(self.sam, 4, price=10)
        self.env.invalidate_all()
        products.mapped("categ_id.parent_path")
        products.mapped("floor_price")
        products.mapped("currency_id.rounding")
        with self.assertQueryCount(0):
            for product in products:
                self._allowed(self.sam, 4, product, price=10)
