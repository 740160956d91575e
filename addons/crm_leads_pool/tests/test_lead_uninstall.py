from odoo.tests import tagged

from ..hooks import uninstall_hook
from .common import LeadPoolCase


@tagged("post_install", "-at_install")
class TestLeadUninstall(LeadPoolCase):
    def test_nobody_is_left_behind(self):
        """Without the addon every lead has an owner. Covers: L08."""
        self.lead_pool.holding_limit = 1
        self._lead(self.sam)
        lead = self._lead(self.tom)
        self._give_up(lead)
        unowned = self._unowned()
        unowned.with_user(self.boss).action_release_to_pool(self.lead_pool.id, "名单")
        customer = self._pooled()
        uninstall_hook(self.env)
        self.assertEqual(lead.user_id, self.tom)
        self.assertTrue(unowned.user_id._crm_is_boss())
        self.assertFalse((lead | unowned).pool_id)
        self.assertTrue(customer.pool_id)
        rule = self.env["crm.pool.rule"].create(
            {
                "name": "规则",
                "pool_id": self.lead_pool.id,
                "days": 9,
                "trigger": "no_conversion",
            }
        )
        rule._crm_retire("no_followup")
        self.lead_pool._crm_retire()
        self.assertEqual((rule.trigger, rule.active), ("no_followup", False))
        self.assertEqual(self.lead_pool.holds, "customer")
        self.assertFalse(self.lead_pool.active)
