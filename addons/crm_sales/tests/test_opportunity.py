from odoo.tests import Form, tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestOpportunity(SaleCase):
    """What is known about an opportunity, on Odoo's own form."""

    def test_form(self):
        """A salesperson fills in everything on one form. Covers: S01."""
        customer = self._customer(self.sam)
        kind = self.env.ref("crm_sales.dictionary_opportunity_type_tender")
        leads = self.env["crm.lead"].with_user(self.sam)
        leads = leads.with_context(default_type="opportunity")
        with Form(leads, "crm.crm_lead_view_form") as form:
            form.name = "数控机床两台"
            form.partner_id = customer
            form.opportunity_type_id = kind
            form.is_key_project = True
            form.provider_id = self.sue
            form.need = "换掉两台旧机床"
            form.expected_revenue = 480000
        lead = form.record
        self.assertTrue(lead.found_on)
        self.assertEqual((lead.user_id, lead.team_id), (self.sam, self.beijing))
        self.assertEqual(lead.stage_id, self.found)
        found = leads.search([("search_key", "ilike", "skjc")])
        self.assertIn(lead, found)

    def test_facts_of_the_customer(self):
        """The customer knows whether there is an opportunity. Covers: S01, P06."""
        customer = self._customer(self.sam)
        self.assertFalse(customer.crm_has_open_opportunity)
        lead = self._opportunity(partner_id=customer.id)
        self.assertTrue(customer.crm_has_open_opportunity)
        self.assertTrue(customer.last_opportunity_at)
        lead.with_user(self.sam).action_set_lost(lost_reason_id=self._lost_reason())
        self.assertFalse(customer.crm_has_open_opportunity)
        self.assertTrue(customer.last_opportunity_at)
        other = self._customer(self.sam, name="华东机械")
        second = self._opportunity(partner_id=customer.id)
        second.with_user(self.sam).partner_id = other
        self.assertFalse(customer.crm_has_open_opportunity)
        self.assertTrue(other.crm_has_open_opportunity)
        second.with_user(self.boss).unlink()
        self.assertFalse(other.crm_has_open_opportunity)
        self.assertFalse(other.last_opportunity_at)

    def test_followup(self):
        """A follow-up of an opportunity is one of its customer. Covers: S01, B09."""
        customer = self._customer(self.sam)
        lead = self._opportunity(partner_id=customer.id)
        followups = self.env["crm.followup"].with_user(self.sam)
        followup = followups.create(
            {"name": "谈方案", "lead_id": lead.id, "method_id": self.phone.id}
        )
        followup.action_done()
        self.assertEqual(followup.partner_id, customer)
        self.assertEqual(customer.last_followup_at, followup.done_at)

    def test_overview(self):
        """The page of a customer tells of its opportunities. Covers: S01, B14."""
        customer = self._customer(self.sam)
        lead = self._opportunity(partner_id=customer.id, expected_revenue=300)
        lead.stage_id = self.visited
        page = customer.with_user(self.sam).get_crm_overview()
        totals = {total["code"]: total["amount"] for total in page["totals"]}
        self.assertEqual(totals["opportunities_open"], 1)
        self.assertEqual(totals["opportunities_amount"], 300)
        [tab] = [tab for tab in page["tabs"] if tab["code"] == "opportunities"]
        self.assertEqual(tab["count"], 1)
        entries = customer.with_user(self.sam).get_crm_timeline(kinds=["stage"])
        self.assertEqual(len(entries["entries"]), 2)

    def test_figures(self):
        """Figures of opportunities, as of the deed. Covers: S01, R01."""
        lead = self._opportunity(expected_revenue=800)
        self._opportunity().with_user(self.sam).action_set_lost(
            lost_reason_id=self._lost_reason()
        )
        lead.with_user(self.sam).action_set_won()
        # the deal stays the figure of whoever won it
        lead.with_user(self.manager).user_id = self.xia
        codes = ["opportunities_won", "opportunities_won_amount", "opportunities_lost"]
        metrics = self.env["crm.metric"].with_user(self.director)
        values = metrics.compute_values(codes, group_by="user")
        figures = {value["code"]: value["value"] for value in values}
        self.assertEqual(figures["opportunities_won"], 1)
        self.assertEqual(figures["opportunities_won_amount"], 800)
        self.assertEqual(figures["opportunities_lost"], 1)
        self.assertEqual(
            [group["key"] for value in values for group in value["groups"]],
            [self.sam.id] * 3,
        )
