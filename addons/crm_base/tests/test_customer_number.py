from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestCustomerNumber(CrmCase):
    def test_by_sequence(self):
        """Every customer gets a number by itself, contacts get none.

        Covers: B05.
        """
        first, second = self._customer(self.sam), self._customer(self.sue)
        self.assertRegex(first.customer_no, r"^C\d+$")
        self.assertNotEqual(first.customer_no, second.customer_no)
        self.assertFalse(self._contact(first).customer_no)

    def test_batch(self):
        """A batch is numbered in order, without gaps or doubles.

        Covers: B05.
        """
        customers = (
            self.env["res.partner"]
            .with_user(self.sam)
            .create([{"name": f"{i}", "is_crm_customer": True} for i in range(20)])
        )
        numbers = customers.mapped("customer_no")
        self.assertEqual(len(set(numbers)), 20)
        self.assertEqual(numbers, sorted(numbers))

    def test_typed_numbers_are_kept(self):
        """Numbers of an older system are taken over, and stepped over later.

        Covers: B05.
        """
        sequence = self.env.ref("crm_base.sequence_customer")
        ahead = sequence.get_next_char(sequence.number_next_actual + 1)
        typed = self._customer(self.sam, customer_no=ahead)
        self.assertEqual(typed.customer_no, ahead)
        numbers = {self._customer(self.sam).customer_no for _index in range(4)}
        self.assertEqual(len(numbers), 4)
        self.assertNotIn(ahead, numbers)

    def test_unique_per_company(self):
        """The same number twice is refused within a company, not across companies.

        Covers: B05.
        """
        self._customer(self.sam, customer_no="K1")
        with self.assertRaises(ValidationError):
            self._customer(self.sam, customer_no="K1")
        # whoever is not asked is refused by the database
        system = self.env["res.partner"]
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError) as caught:
            system.create({"name": "甲", "is_crm_customer": True, "customer_no": "K1"})
        self.assertIn("customer_no_uniq", str(caught.exception))
        other = self.env["res.company"].create({"name": "二公司"})
        self.boss.company_ids = [Command.link(other.id)]
        self._customer(self.boss, customer_no="K1", company_id=self.company.id)
        self._customer(self.boss, customer_no="K1", company_id=other.id)

    def test_own_sequence_of_a_company(self):
        """A company may count in its own way.

        Covers: B05.
        """
        other = self.env["res.company"].create({"name": "二公司"})
        self.env["ir.sequence"].create(
            {
                "name": "二公司客户号",
                "code": "crm.customer",
                "prefix": "EG-",
                "padding": 3,
                "company_id": other.id,
            }
        )
        self.boss.company_ids = [Command.link(other.id)]
        theirs = self._customer(self.boss, company_id=other.id)
        self.assertEqual(theirs.customer_no, "EG-001")
        self.assertFalse(self._customer(self.boss).customer_no.startswith("EG"))
