from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..hooks import post_init_hook, uninstall_hook
from .common import LeadCase


@tagged("post_install", "-at_install")
class TestOpportunityFacts(LeadCase):
    """What the clocks of pools know of Odoo's opportunities. Covers: P04."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam, "甲公司")
        cls.other = cls._customer(cls.sam, "乙公司")
        cls.contact = cls._contact(cls.customer)

    def _opportunity(self, partner=None, **values):
        """Create an opportunity as its owner would."""
        return self._lead(
            self.sam,
            "商机",
            type="opportunity",
            partner_id=(partner or self.customer).id,
            **values,
        )

    def assertFacts(self, customer, opportunity, is_open):
        """The facts of a customer: since when there is one, and whether it is open."""
        self.env.flush_all()
        self.env.invalidate_all()
        since = opportunity and (
            opportunity.date_conversion or opportunity.create_date
        ).replace(microsecond=0)
        self.assertEqual(customer.last_opportunity_at or None, since or None)
        self.assertEqual(customer.crm_has_open_opportunity, is_open)

    def test_open_and_ended(self):
        """Made, lost, reopened, won, deleted: each is known at once."""
        self.assertFacts(self.customer, None, False)
        opportunity = self._opportunity(self.contact)
        self.assertFacts(self.customer, opportunity, True)
        mine = opportunity.with_user(self.sam)
        mine.action_set_lost(lost_reason_id=self._lost_reason())
        self.assertFacts(self.customer, opportunity, False)
        mine.action_unarchive()
        self.assertFacts(self.customer, opportunity, True)
        mine.action_set_won()
        self.assertFacts(self.customer, opportunity, False)
        self.assertFacts(self.other, None, False)
        opportunity.unlink()
        self.assertFacts(self.customer, None, False)

    def test_one_of_two(self):
        """As long as one is open there is an open one; the latest one counts."""
        first, second = self._opportunity(), self._opportunity()
        first.date_conversion = fields.Datetime.now() - timedelta(days=9)
        first.with_user(self.sam).action_set_won()
        self.assertFacts(self.customer, second, True)
        second.with_user(self.sam).action_set_lost(lost_reason_id=self._lost_reason())
        self.assertFacts(self.customer, second, False)

    def test_leads_are_none(self):
        """A lead is no opportunity before it is converted."""
        lead = self._lead(self.sam)
        lead.with_user(self.sam).partner_id = self.customer
        self.assertFacts(self.customer, None, False)
        lead.with_user(self.sam).convert_opportunity(self.customer)
        self.assertEqual(lead.type, "opportunity")
        self.assertFacts(self.customer, lead, True)

    def test_moves_between_customers(self):
        """It goes along when another customer, or another contact, is named."""
        opportunity = self._opportunity(self.contact)
        opportunity.with_user(self.sam).partner_id = self.other
        self.assertFacts(self.customer, None, False)
        self.assertFacts(self.other, opportunity, True)
        opportunity.with_user(self.sam).partner_id = self.contact
        self.contact.with_user(self.sam).parent_id = self.other
        self.assertFacts(self.customer, None, False)
        self.assertFacts(self.other, opportunity, True)

    def test_partner_that_becomes_a_customer(self):
        """Opportunities of before count from then on."""
        partner = self.env["res.partner"].create({"name": "丙公司", "is_company": True})
        opportunity = self._opportunity(partner)
        self.assertFacts(partner, None, False)
        partner.write({"is_crm_customer": True, "user_id": self.sam.id})
        self.assertFacts(partner, opportunity, True)

    def test_merge_and_back(self):
        """Merged customers have one history; taken apart, each its own."""
        opportunity = self._opportunity(self.other)
        opportunity.with_user(self.sam).action_set_won()
        journal = self.env["crm.merge.journal"]
        before = journal.search([])
        with self.acting(self.boss):
            self.env["crm.customer.merge"].with_user(self.boss).with_context(
                active_model="res.partner",
                active_ids=(self.customer | self.other).ids,
            ).create({"target_id": self.customer.id}).action_merge()
        self.assertFacts(self.customer, opportunity, False)
        (journal.search([]) - before).with_user(self.boss).action_undo()
        self.assertFacts(self.customer, None, False)
        self.assertFacts(self.other.exists(), opportunity, False)

    def test_install_and_uninstall(self):
        """What was there before is known; what is known is forgotten at the end."""
        opportunity = self._opportunity()
        empty = {"last_opportunity_at": False, "crm_has_open_opportunity": False}
        self.env["res.partner"]._crm_note_facts({self.customer.id: empty})
        post_init_hook(self.env)
        self.assertFacts(self.customer, opportunity, True)
        uninstall_hook(self.env)
        self.assertFacts(self.customer, None, False)

    def test_queries(self):
        """Thirty opportunities cost as many queries as three."""
        counts = []
        for number in (3, 30):
            customers = [
                self._customer(self.sam, f"第{number}-{index}家")
                for index in range(number)
            ]
            self.env.flush_all()
            self.env.invalidate_all()
            ids = [customer.id for customer in customers]
            browsed = self.env["res.partner"].browse(ids)
            before = self.env.cr.sql_log_count
            self.env["crm.lead"]._crm_note_opportunities(browsed)
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
