"""Stored dates are those of the formula, whatever has changed."""

from odoo.tests import tagged

from .rule_common import RuleCase


@tagged("post_install", "-at_install")
class TestDeadlineStored(RuleCase):
    def _wrong(self):
        """Return the customers (list of int) whose stored date is another one."""
        self.env.flush_all()
        for found in self.env["crm.consistency"]._crm_run_checks(self.env.cr):
            if found["code"] == "pool_deadlines":
                return found["examples"]
        return None

    def test_check(self):
        """The check is silent on data in order, and finds a date that is not.

        Covers: P04, B20.
        """
        early, late, none = (self._customer(self.sam, name) for name in "甲乙丙")
        self.assertEqual(self._wrong(), [])
        self._rule(days=30)
        none.with_user(self.boss).action_transfer(self.xia.id)
        self.assertFalse(none.pool_deadline)
        self.assertEqual(self._wrong(), [])
        for customer, column in (
            (early, "pool_deadline = pool_deadline - 1"),
            (late, "pool_clock = 'deal'"),
            (none, "pool_deadline = '2026-01-31'"),
        ):
            self.env.flush_all()
            self.env.cr.execute(
                "UPDATE res_partner SET " + column + " WHERE id = %s",  # noqa: S608
                (customer.id,),
            )
        self.env.invalidate_all()
        self.assertEqual(sorted(self._wrong()), sorted((early | late | none).ids))
        # new dates on their way are no error
        run = self.env["crm.pool.run"].create({"kind": "refresh", "date": self.today})
        self.assertEqual(self._wrong(), [])
        run.state = "done"
        self.env["res.partner"]._crm_refresh_deadlines((early | late | none).ids)
        self.assertEqual(self._wrong(), [])

    def test_rule_deleted_and_restored(self):
        """A rule from the recycle bin gives the dates that it gave before.

        Covers: P04, B16.
        """
        customer = self._customer(self.sam)
        rule = self._rule(days=30)
        day = customer.pool_deadline
        self.assertTrue(day)
        rule.with_user(self.boss).unlink()
        self.assertFalse(customer.pool_deadline)
        self._restore("crm.pool.rule", rule.id)
        self.assertEqual(customer.pool_deadline, day)
        self.assertEqual(self._wrong(), [])

    def test_pool_deleted_and_restored(self):
        """A pool takes its dates along, and brings them back.

        Covers: P04, B16.
        """
        pool = self._pool("新公海", member_user_ids=self.tom)
        customer = self._customer(self.tom)
        self._rule(pool=pool, days=30)
        day = customer.pool_deadline
        self.assertTrue(day)
        pool_id = pool.id
        pool.with_user(self.boss).unlink()
        self.env.invalidate_all()
        self.assertFalse(customer.pool_deadline)
        self.assertEqual(self._wrong(), [])
        self._restore("crm.pool", pool_id)
        self.assertEqual(customer.pool_deadline, day)
        self.assertEqual(self._wrong(), [])

    def test_customer_restored(self):
        """A customer from the recycle bin has the date of today's rules.

        Covers: P04, B16.
        """
        customer = self._customer(self.sam)
        rule = self._rule(days=30)
        first = customer.pool_deadline
        customer.with_user(self.boss).unlink()
        rule.days = 60
        self._restore("res.partner", customer.id)
        self.assertGreater(customer.pool_deadline, first)
        self.assertEqual(self._wrong(), [])

    def test_owner_of_another_company(self):
        """Working days are those of the company that the owner is in now.

        Covers: P04.
        """
        company = self.env["res.company"].create({"name": "另一家"})
        self.env["crm.calendar.day"].create(
            [
                {
                    "name": "停工",
                    "kind": "holiday",
                    "date": self._ago(-days),
                    "company_id": company.id,
                }
                for days in range(1, 8)
            ]
        )
        customer = self._customer(self.sam)
        self._rule(days=10, working_days=True)
        first = customer.pool_deadline
        self.sam.sudo().write(
            {"company_ids": [(4, company.id)], "company_id": company.id}
        )
        self.assertGreater(customer.pool_deadline, first)
        self.assertEqual(self._wrong(), [])

    def _restore(self, model, res_id):
        self.env.invalidate_all()
        self.env["crm.recycle.entry"].with_user(self.boss).search(
            [("model", "=", model), ("res_id", "=", res_id)], limit=1
        ).action_restore()
        self.env.invalidate_all()
