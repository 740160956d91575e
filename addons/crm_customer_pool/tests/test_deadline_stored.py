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
