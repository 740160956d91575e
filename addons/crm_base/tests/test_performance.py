from unittest.mock import patch

from odoo.api import Environment
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

    def _plan(self, user, model="res.partner", domain=None, **kwargs):
        """Return the plan (str) of a search for customers, or for all of a model."""
        if domain is None:
            domain = self.domain if model == "res.partner" else []
        query = self.env[model].with_user(user)._search(domain, **kwargs)
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

    def test_contacts(self):
        """The page of contacts by surname is read from an index.

        Covers: B06.
        """
        domain = [("crm_customer_id", "!=", False), ("is_crm_customer", "=", False)]
        order = "surname_initial, complete_name"
        page = self._plan(self.boss, domain=domain, order=order, limit=80)
        self.assertNotIn("Sort", page)
        self.assertIn("res_partner_contact_name_idx", page)

    def test_history(self):
        """What colleagues did with their customers is not read to find the own part.

        Covers: B02, B09.
        """
        cr = self.env.cr
        phone, company = self.phone.id, self.company.id
        cr.execute(
            "INSERT INTO crm_followup (name, partner_id, user_id, method_id, state,"
            " company_id, date, planned_at)"
            " SELECT name, id, user_id, %s, 'planned', %s, last_followup_at,"
            " last_followup_at FROM res_partner WHERE name LIKE '客户%%'",
            [phone, company],
        )
        cr.execute(
            "INSERT INTO crm_owner_move (partner_name, partner_id, to_user_id, kind,"
            " moved_at, actor_id) SELECT name, id, user_id, 'create',"
            " last_followup_at, user_id FROM res_partner WHERE name LIKE '客户%'"
        )
        cr.execute("ANALYZE crm_followup, crm_owner_move")
        for model in ("crm.followup", "crm.owner.move"):
            for limit in (80, 10_001):
                plan = self._plan(self.sam, model, limit=limit)
                table = self.env[model]._table
                self.assertNotIn("Join", plan)
                self.assertNotIn(f"Seq Scan on {table}", plan)
                self.assertNotIn("Seq Scan on res_partner ", plan)
                # no record is compared with each customer of an array
                self.assertIn("hashed SubPlan", plan)
        ledger = self._plan(self.boss, "crm.owner.move", limit=80)
        self.assertNotIn("Sort", ledger)

    def test_ledger_of_customers_gone(self):
        """Rows about customers out of sight cost no query each.

        Covers: B02, B03.
        """
        customers = self.env["res.partner"].search(
            [("user_id", "=", self.tom.id), ("is_crm_customer", "=", True)], limit=60
        )
        customers.action_transfer(self.sam.id)
        customers.action_transfer(self.xia.id)
        self._share(customers[0], self.sam)
        rows = self.env["crm.owner.move"].with_user(self.sam)
        # what sam reads: addons may add what is for the boss alone
        spec = {
            name: {"fields": {"display_name": {}}}
            if rows._fields[name].relational
            else {}
            for name in rows.fields_get([], ["type"])
        }
        counts = []
        for limit in (5, 5, 50):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = rows.web_search_read(
                [("to_user_id", "=", self.sam.id)], spec, limit=limit
            )
            self.assertEqual(len(found["records"]), limit)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1], counts)

    def test_colleagues(self):
        """Whether new customers are colleagues is asked from their own families.

        Covers: B01.
        """
        asked = []
        execute = Environment.execute_query

        def execute_query(env, query):
            asked.append(query)
            return execute(env, query)

        customers = self.env["res.partner"].search(self.domain, limit=40)
        with patch.object(Environment, "execute_query", execute_query):
            customers._check_is_crm_customer()
        (query,) = [query for query in asked if "family" in query.code]
        cr = self.env.cr
        cr.execute("EXPLAIN " + cr.mogrify(query.code, query.params).decode())
        plan = "\n".join(row[0] for row in cr.fetchall())
        # not all partners in the order of ids, to be compared with the accounts
        self.assertNotIn("res_partner_pkey", plan)
        self.assertNotIn("Seq Scan on res_partner", plan)
