from datetime import date

from freezegun import freeze_time

from odoo import fields
from odoo.tests import tagged

from .assign_common import AssignCase


@tagged("post_install", "-at_install")
class TestAssignPeople(AssignCase):
    """Who can take a lead: limits, absence, working hours, teams."""

    def test_limits(self):
        """Who has enough gets no more; the lead waits or goes on. Covers: L07."""
        rule = self._rule(self.manager, self.sam, self.tom, max_open=2)
        self._lead(self.sam)
        leads = self._waiting(4)
        self.assertEqual(self._counts(leads, self.sam, self.tom), [1, 2])
        self.assertIn("has 2 open leads", self._reason(leads[2]))
        self.assertFalse(leads[3].user_id)
        # room is made: the background gives what waits
        leads[0].with_user(self.sam)._crm_workflow().write(
            {"closed_at": "2031-01-01 00:00:00"}
        )
        self._background()
        self.assertEqual(leads[3].user_id, self.sam)
        rule.write({"max_open": 0, "max_day": 2})
        # giving one away makes no room for today
        mine = leads.filtered(lambda lead: lead.user_id == self.sam)
        mine.with_user(self.manager).action_transfer(self.sue.id)
        self.assertFalse(self._unowned(self.north).user_id)
        rule.if_nobody = "next"
        self._rule(self.manager, self.sue, sequence=99)
        self.assertEqual(self._unowned(self.north).user_id, self.sue)

    def test_capacity_of_odoo(self):
        """The sales team's own capacity and pause hold too. Covers: L07."""
        rule = self._rule(self.manager, self.sam, self.sue, monthly_capacity=True)
        members = self.env["crm.team.member"]
        sam = members.search([("user_id", "=", self.sam.id)])
        sam.assignment_max = 1
        leads = self._waiting(4)
        self.assertEqual(self._counts(leads, self.sam, self.sue), [1, 3])
        self.assertIn("30 days", self._reason(leads[2]))
        rule.monthly_capacity = False
        members.search([("user_id", "=", self.sue.id)]).assignment_optout = True
        leads = self._waiting(3)
        self.assertEqual(self._counts(leads, self.sam, self.sue), [3, 0])
        self.assertIn("paused", self._reason(leads[0]))

    def test_absence(self):
        """Who is away is passed over, and the ledger says so. Covers: L07, X01."""
        rule = self._rule(self.manager, self.sam, self.sue)
        today = fields.Date.context_today(self.sue.with_context(tz=self.sue.tz))
        absence = (
            self.env["crm.absence"]
            .with_user(self.manager)
            .create({"user_id": self.sue.id, "date_from": today, "date_to": today})
        )
        leads = self._waiting(3)
        self.assertEqual(self._counts(leads, self.sam, self.sue), [3, 0])
        self.assertIn("Sue (absent)", self._reason(leads[0]))
        self.sam.sudo().action_archive()
        lead = self._unowned(self.north)
        self.assertFalse(lead.user_id)
        absence.with_user(self.manager).action_cancel()
        self._background()
        self.assertEqual(lead.user_id, self.sue)
        self.assertTrue(rule.worked_at)

    def test_working_hours(self):
        """Working hours go by the calendar, with days worked in exchange.

        Covers: L07."""
        self._rule(self.manager, self.sam, working_hours=True)
        days = self.env["crm.calendar.day"]
        days.create(
            [
                {"name": "调休上班", "date": "2031-03-08", "kind": "working"},
                {"name": "放假", "date": "2031-03-10", "kind": "holiday"},
            ]
        )
        for moment, works in (
            # Shanghai is eight hours ahead
            ("2031-03-06 00:59:00", False),
            ("2031-03-06 01:00:00", True),
            ("2031-03-06 09:59:00", True),
            ("2031-03-06 10:00:00", False),
            ("2031-03-08 02:00:00", True),
            ("2031-03-09 02:00:00", False),
            ("2031-03-10 02:00:00", False),
            ("2031-03-11 02:00:00", True),
        ):
            with freeze_time(moment):
                lead = self._unowned(self.north)
                self.assertEqual(bool(lead.user_id), works, moment)
                lead.unlink()
        with freeze_time("2031-03-09 02:00:00"):
            lead = self._unowned(self.north)
        with freeze_time("2031-03-11 02:00:00"):
            self._background()
        self.assertEqual(lead.user_id, self.sam)
        self.assertEqual(date(2031, 3, 8).isoweekday(), 6)

    def test_team(self):
        """Everybody of a team and below, as it is at that moment. Covers: L07."""
        self._rule(self.manager, recipient_kind="team", team_id=self.north.id)
        leads = self._waiting(6)
        self.assertEqual(self._counts(leads, self.sam, self.sue, self.tom), [2, 2, 2])
        self.beijing.member_ids = self.sam
        leads = self._waiting(4)
        self.assertEqual(self._counts(leads, self.sam, self.sue, self.tom), [2, 0, 2])

    def test_load(self):
        """Fewest open leads first. Covers: L07."""
        for _n in range(3):
            self._lead(self.sam)
        self._rule(self.manager, self.sam, self.sue, method="load")
        leads = self._waiting(5)
        self.assertEqual(self._counts(leads, self.sam, self.sue), [1, 4])
        self.assertIn("fewest open leads", self._reason(leads[0]))
