"""What the rules of a pool take back is told to those who watch it."""

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from .rule_common import RuleCase, oracle


@tagged("post_install", "-at_install")
class TestPoolWatchRun(RuleCase):
    """Covers: P12."""

    def _run(self):
        self.env.flush_all()
        # what was logged so far was logged before
        self.env.cr.precommit.run()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["crm.pool"]._cron_recycle(self.today)
        self.env.invalidate_all()

    def _told(self, user):
        return self.env["mail.message"].search(
            [
                ("notified_partner_ids", "in", user.partner_id.ids),
                ("subject", "ilike", "watch"),
            ]
        )

    def test_a_night_is_one_message(self):
        """Customers of several owners, taken back at night, are one message."""
        self.sam.lang = "en_US"
        self._rule(days=15)
        facts = oracle.Facts(self._ago(20))
        watched = [
            self._with_facts(facts, owner, f"旧{owner.login} 13912345678")
            for owner in (self.sue, self.tom)
        ]
        other = self._with_facts(facts, self.sue, "别的")
        self.env["crm.pool.watch"].create(
            [
                {"user_id": self.sam.id, "customer_res_id": customer.id}
                for customer in watched
            ]
        )
        self._run()
        self.assertEqual(other.pool_id, self.pool)
        message = self._told(self.sam)
        self.assertEqual(message.subject, "2 customers you watch can be claimed")
        self.assertIn("旧sue", message.body)
        self.assertNotIn("13912345678", message.body)
        self.assertNotIn("别的", message.body)
        # the run is over: the next one has nothing to tell
        self._run()
        self.assertEqual(self._told(self.sam), message)
