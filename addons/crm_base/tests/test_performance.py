from odoo.tests import tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestPerformance(CrmCase):
    """Lists of customers stay index scans when there are many of them."""

    ROWS = 20_000
    # of so many customers one belongs to sam
    STEP = 100

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cr = cls.env.cr
        cls.env.flush_all()
        others = (cls.sue | cls.tom | cls.xia).ids
        cr.execute_values(
            "INSERT INTO res_partner (name, complete_name, type, active, user_id,"
            " is_crm_customer, last_followup_at) VALUES %s",
            [
                (
                    f"客户{number}",
                    f"客户{number}",
                    "contact",
                    True,
                    others[number % 3] if number % cls.STEP else cls.sam.id,
                    # every second one is the contact of a customer
                    number % 2 == 0,
                    f"2026-01-01 00:00:{number % 60:02}",
                )
                for number in range(cls.ROWS)
            ],
        )
        cr.execute(
            "UPDATE res_partner SET crm_customer_id ="
            " CASE WHEN is_crm_customer THEN id ELSE id - 1 END"
            " WHERE name LIKE '客户%'"
        )
        cr.execute("ANALYZE res_partner")
        cls.domain = [("is_crm_customer", "=", True)]

    def _plan(self, user, **kwargs):
        """Return the plan (str) of a search for customers as ``user``."""
        query = self.env["res.partner"].with_user(user)._search(self.domain, **kwargs)
        cr = self.env.cr
        cr.execute("EXPLAIN " + cr.mogrify(query.select()).decode())
        return "\n".join(row[0] for row in cr.fetchall())

    def test_owned(self):
        """A salesperson's page and its count start from the own customers.

        Covers: B02, B07.
        """
        page = self._plan(self.sam, order="id desc", limit=80)
        self.assertIn("res_partner_owner_idx", page)
        self.assertNotIn("Seq Scan on res_partner ", page)
        count = self._plan(self.sam, limit=10_001)
        self.assertIn("res_partner_owner_idx", count)

    def test_owned_by_many(self):
        """Whoever sees most of the customers gets the newest without sorting all.

        Covers: B02, B07.
        """
        for user in (self.director, self.boss):
            page = self._plan(user, order="id desc", limit=80)
            self.assertNotIn("Sort", page)
            self.assertIn("res_partner_customer_idx", page)

    def test_sorted_by_last_followup(self):
        """Sorting by the last follow-up reads the page from an index.

        Covers: B07.
        """
        page = self._plan(self.boss, order="last_followup_at desc", limit=80)
        self.assertIn("res_partner_customer_last_followup_idx", page)
