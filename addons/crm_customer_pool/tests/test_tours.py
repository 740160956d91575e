from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .rule_common import RuleCase


@tagged("post_install", "-at_install")
class TestTours(RuleCase, HttpCase):
    """The rules of a pool, as people meet them on their screens."""

    browser_size = "1400x900"

    def _owned(self, name, days):
        """Return a customer of sam's that nobody has spoken to for so many days."""
        customer = self._customer(self.sam, name)
        since = fields.Datetime.now() - timedelta(days=days)
        customer._crm_workflow().write({"owner_since": since})
        return customer

    def test_rule_with_preview(self):
        """Who would go is seen before a rule is saved.

        Covers: P04.
        """
        overdue, fresh = self._owned("甲公司", 20), self._owned("乙公司", 5)
        self.start_tour("/odoo/pool-rules", "crm_customer_pool_rule", login="max")
        rule = self.env["crm.pool.rule"].search([("name", "=", "半月未跟进")])
        self.assertEqual(rule.pool_id, self.pool)
        self.assertEqual(rule.days, 15)
        self.env.invalidate_all()
        self.assertLess(overdue.pool_deadline, self.today)
        self.assertGreater(fresh.pool_deadline, self.today)

    def test_lost_soon(self):
        """Who is about to lose a customer has it locked, and claims another one.

        Covers: P02, P05, P07.
        """
        kept, lost = self._owned("甲公司", 25), self._owned("乙公司", 24)
        pooled = self._pooled("丙公司")
        self._rule(days=30)
        for address, tour, login in (
            ("lost-soon", "ask_lock", "sam"),
            ("pool-locks", "grant_lock", "max"),
            ("lost-soon", "after_lock", "sam"),
        ):
            self.start_tour(
                f"/odoo/{address}", f"crm_customer_pool_{tour}", login=login
            )
        self.env.invalidate_all()
        self.assertTrue(kept.pool_locked_until)
        self.assertEqual(kept.pool_lock_ids.decided_by_id, self.other_manager)
        self.assertFalse(lost.pool_locked_until)
        self.assertOutOfPool(pooled, self.sam)

    def test_batch_undone(self):
        """A manager takes back what was released by mistake.

        Covers: P03.
        """
        customers = self._owned("甲公司", 3) | self._owned("乙公司", 2)
        since = customers.mapped("owner_since")
        self.pool.admin_ids += self.manager
        self.start_tour("/odoo/crm-customers", "crm_customer_pool_batch", login="mia")
        self.env.invalidate_all()
        self.assertEqual(customers.user_id, self.sam)
        self.assertFalse(customers.pool_id)
        self.assertEqual(customers.mapped("owner_since"), since)
        batch = self.env["crm.pool.batch"].search([("kind", "=", "release")], limit=1)
        self.assertEqual(batch.state, "undone")
        self.assertEqual(batch.user_id, self.manager)
