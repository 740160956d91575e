from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.crm_customer_pool.tests.rule_common import RuleCase

from .common import LeadPoolCase


@tagged("post_install", "-at_install")
class TestOpportunityRules(RuleCase, LeadPoolCase):
    """Rules of customers reckon with Odoo's opportunities. Covers: P04."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam, "甲公司")
        cls.customer._crm_workflow().owner_since = cls.env.cr.now() - timedelta(days=20)
        cls.env.flush_all()

    def _opportunity(self):
        return self._lead(
            self.sam, "商机", type="opportunity", partner_id=self.customer.id
        )

    def test_no_opportunity(self):
        """The clock of "no opportunity" starts with the latest one."""
        self._rule(trigger="no_opportunity", days=30)
        self.assertEqual(self.customer.pool_deadline, self._ago(-10))
        opportunity = self._opportunity()
        self.assertEqual(self.customer.pool_deadline, self._ago(-30))
        self.assertEqual(self.customer.pool_clock, "opportunity")
        self.assertIn("no opportunity since", self.customer.pool_deadline_reason)
        opportunity.unlink()
        self.assertEqual(self.customer.pool_deadline, self._ago(-10))

    def test_conversion_is_one(self):
        """A lead that becomes an opportunity of the customer is one."""
        self._rule(trigger="no_opportunity", days=30)
        lead = self._lead(self.sam)
        self.assertEqual(self.customer.pool_deadline, self._ago(-10))
        lead.with_user(self.sam).action_convert_to_customer(self.customer.id)
        self.assertEqual(self.customer.pool_deadline, self._ago(-30))

    def test_open_ones_exempt(self):
        """While one is open the customer is left alone, no longer."""
        self._rule(trigger="no_followup", days=30, exempt_open_opportunity=True)
        self.assertTrue(self.customer.pool_deadline)
        opportunity = self._opportunity()
        self.assertFalse(self.customer.pool_deadline)
        opportunity.with_user(self.sam).action_set_lost(
            lost_reason_id=self._lost_reason()
        )
        self.assertTrue(self.customer.pool_deadline)
        self.assertGreater(self.customer.pool_deadline, fields.Date.today())
