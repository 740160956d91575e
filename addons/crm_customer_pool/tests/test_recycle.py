from odoo.tests import tagged

from .common import PoolCase


@tagged("post_install", "-at_install")
class TestPoolRecycle(PoolCase):
    """What is deleted in and around pools, and comes back."""

    def _entry(self, record):
        return (
            self.env["crm.recycle.entry"]
            .with_user(self.boss)
            .search([("model", "=", record._name), ("res_id", "=", record.id)])
        )

    def _delete(self, records, user=None):
        records.with_user(user or self.boss).unlink()
        self.env.invalidate_all()

    def test_pooled_customer(self):
        """A deleted customer is in no pool; restored, it is in its pool again.

        Covers: B16, P01.
        """
        customer = self._pooled()
        self._delete(customer)
        self.assertFalse(self._seen(customer, self.sam).search([]))
        self._entry(customer).action_restore()
        self.env.invalidate_all()
        self.assertInPool(customer)
        self._claim(self.sam, customer)
        self.assertEqual(customer.user_id, self.sam)

    def test_pool(self):
        """A pool that nothing went through is deleted, and comes back with its members.

        Covers: B16.
        """
        pool = self._pool(
            "新公海", member_team_ids=self.beijing, member_user_ids=self.tom
        )
        self._delete(pool)
        self.assertNotIn(pool.id, self.sam._crm_pool_ids("member"))
        self._entry(pool).action_restore()
        self.env.invalidate_all()
        self.assertEqual(pool.member_team_ids, self.beijing)
        self.assertEqual(pool.member_user_ids, self.tom)
        self.assertIn(pool.id, self.sam._crm_pool_ids("member"))

    def test_limits_hold(self):
        """The owner's limit holds when a customer comes back. Covers: B16, P06."""
        self.pool.holding_limit = 1
        customer = self._customer(self.sam, "甲公司")
        self._delete(customer)
        other = self._customer(self.sam, "乙公司")
        entry = self._entry(customer)
        with self.assertRefused("."):
            entry.action_restore()
        self.env.invalidate_all()
        self.assertFalse(customer.exists())
        other.with_user(self.boss).active = False
        entry.action_restore()
        self.env.invalidate_all()
        self.assertEqual(customer.user_id, self.sam)

    def test_plans_of_pooled_customers(self):
        """What was planned does not come back while the customer is in a pool.

        Covers: B16.
        """
        customer = self._customer(self.sam, "甲公司")
        plan = self._followup(self.sam, customer)
        share = self._share(customer, self.xia)
        self._delete(plan, self.sam)
        self._delete(share, self.sam)
        self._lose(self.sam, customer)
        for record in (plan, share):
            with self.assertRefused("pool"):
                self._entry(record).action_restore()
            self.env.invalidate_all()
