from datetime import datetime

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LeadCase


@tagged("post_install", "-at_install")
class TestFollowup(LeadCase):
    """Plans and records of leads."""

    def test_clocks(self):
        """A lead knows its first, last and next follow-up. Covers: L03, B09."""
        lead = self._lead(self.sam)
        self.assertEqual(lead.lead_state, "new")
        plan = self._lead_followup(self.sam, lead, planned_at="2031-01-01 02:00:00")
        self.assertEqual(lead.next_followup_at, datetime(2031, 1, 1, 2))
        self.assertEqual(lead.lead_state, "new")
        with freeze_time("2026-03-02 03:00:00"):
            self._lead_followup(
                self.sam, lead, done=True, content="聊了二十分钟，下周看样机"
            )
        self.assertEqual(lead.last_followup_at, datetime(2026, 3, 2, 3))
        self.assertEqual(lead.first_followup_at, datetime(2026, 3, 2, 3))
        self.assertEqual(lead.last_effective_followup_at, datetime(2026, 3, 2, 3))
        self.assertEqual(lead.lead_state, "working")
        plan.with_user(self.sam).action_cancel("客户改期")
        self.assertFalse(lead.next_followup_at)

    def test_next_plan(self):
        """The next plan of a lead hangs on the same lead. Covers: L03."""
        lead = self._lead(self.sam)
        self._lead_followup(
            self.sam,
            lead,
            done=True,
            content="约了下次",
            next_plan_at="2031-05-05 01:00:00",
        )
        self.assertEqual(lead.next_followup_at, datetime(2031, 5, 5, 1))
        self.assertEqual(len(lead.followup_ids), 2)

    def test_subject_is_needed(self):
        """A follow-up hangs on a customer, on a lead or on both, never on nothing."""
        customer = self._customer(self.sam)
        lead = self._lead(self.sam, partner_id=customer.id)
        both = self._lead_followup(self.sam, lead, partner_id=customer.id, done=True)
        self.assertEqual(customer.last_followup_at, both.done_at)
        self.assertEqual(lead.last_followup_at, both.done_at)
        followups = self.env["crm.followup"].with_user(self.sam)
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            followups.create({"name": "?", "method_id": self.phone.id})
        partner = self.env["res.partner"].create({"name": "供应商"})
        with self.assertRaises(ValidationError):
            followups.create(
                {"name": "?", "partner_id": partner.id, "method_id": self.phone.id}
            )

    def test_finished_keep_their_lead(self):
        """What was done stays with the lead it was done for. Covers: B09."""
        lead, other = self._lead(self.sam), self._lead(self.sam)
        done = self._lead_followup(self.sam, lead, done=True)
        with self.assertRaises(UserError):
            done.with_user(self.sam).lead_id = other
        plan = self._lead_followup(self.sam, lead, planned_at="2031-01-01 02:00:00")
        plan.with_user(self.sam).lead_id = other
        self.assertFalse(lead.next_followup_at)
        self.assertTrue(other.next_followup_at)
        with self.assertRaises(AccessError):
            plan.with_user(self.sam).lead_id = self._lead(self.xia)

    def test_lists(self):
        """To contact today, uncontacted, without a plan: what the filters find."""
        leads = self.env["crm.lead"].with_user(self.sam)
        waiting, due = self._lead(self.sam), self._lead(self.sam)
        self._lead_followup(self.sam, due, planned_at="2020-01-01 02:00:00")
        view = self.env["crm.lead"].get_view(
            self.env.ref("crm_leads.crm_lead_view_search").id, "search"
        )
        self.assertIn("due_today", view["arch"])
        open_ = [("id", "in", (waiting | due).ids), ("lead_state", "=", "new")]
        self.assertEqual(leads.search(open_), (waiting | due).sorted("id", True))
        self.assertEqual(
            leads.search([*open_, ("next_followup_at", "<", "today +1d")]), due
        )
