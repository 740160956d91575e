from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .assign_common import AssignCase


@tagged("post_install", "-at_install")
class TestAssignWhen(AssignCase):
    """When leads are assigned, what is told, and what is taken back."""

    def test_occasions(self):
        """At once, in the background, or only when somebody asks. Covers: L07."""
        rule = self._rule(self.manager, self.sam, occasion="background")
        lead = self._unowned(self.north)
        self.assertFalse(lead.user_id)
        self.assertIn("few minutes", lead.with_user(self.manager).assign_hint)
        self._background()
        self.assertEqual(lead.user_id, self.sam)
        rule.occasion = "manual"
        leads = self._waiting(3)
        self._background()
        self.assertFalse(leads.user_id)
        self.assertIn("Assign Now", leads[0].with_user(self.manager).assign_hint)
        result = leads[0].with_user(self.manager).assign_by_rules()
        self.assertEqual(
            (result["dealt"], result["waiting"], result["left"]),
            ([{"user_id": self.sam.id, "count": 1}], 0, 0),
        )
        action = rule.with_user(self.manager).action_assign_now()
        self.assertIn("2 leads", action["params"]["message"])
        self.assertEqual(leads.user_id, self.sam)

    def test_precedence_of_button(self):
        """The button of a rule leaves alone what an earlier rule takes."""
        first = self._rule(self.manager, self.tom, sequence=1, max_open=1)
        self._lead(self.tom)
        second = self._rule(self.manager, self.sam, sequence=2)
        lead = self._unowned(self.north)
        second.with_user(self.manager).action_assign_now()
        self.assertFalse(lead.user_id)
        self.assertIn(
            "Tom (has 1 open leads)", lead.with_user(self.manager).assign_hint
        )
        first.active = False
        second.with_user(self.manager).action_assign_now()
        self.assertEqual(lead.user_id, self.sam)

    def test_preview(self):
        """A test says who would get how many, and changes nothing. Covers: L07."""
        leads = self._waiting(5)
        self._waiting(2, self.south)
        before = self.env["crm.owner.move"].search_count([])
        Rule = self.env["crm.lead.assign.rule"].with_user(self.manager)
        with Form(Rule) as form:
            form.name = "试一试"
            form.occasion = "manual"
            for user, weight in ((self.sam, 3), (self.tom, 1)):
                with form.line_ids.new() as line:
                    line.user_id = user
                    line.weight = weight
            form.max_open = 3
            form.try_on = True
            self.assertIn("5 of the leads", form.preview)
            self.assertIn("Sam: 3", form.preview)
            self.assertIn("Tom: 2", form.preview)
        result = form.record.preview_assignment()
        self.assertEqual((result["matching"], result["waiting"]), (5, 0))
        self.assertEqual([share["count"] for share in result["dealt"]], [3, 2])
        self.assertFalse(leads.user_id)
        self.assertEqual(self.env["crm.owner.move"].search_count([]), before)
        self.assertFalse(any(form.record.line_ids.mapped("lag")))
        other = self._rule(self.manager, self.sue, sequence=1, occasion="background")
        result = form.record.preview_assignment()
        self.assertEqual((result["earlier"], result["waiting"]), (5, 0))
        self.assertTrue(other.active)

    def test_activity(self):
        """The new owner has something to do, if the rule says so. Covers: L07."""
        todo = self.env.ref("mail.mail_activity_data_todo")
        self._rule(self.manager, self.sam, activity_type_id=todo.id, activity_days=2)
        lead = self._unowned(self.north)
        self.assertEqual(lead.activity_ids.user_id, self.sam)
        self.assertEqual(lead.activity_ids.activity_type_id, todo)

    def test_activity_of_the_leader(self):
        """What the team's leader had to do about a lead goes along."""
        lead = self._unowned(self.north)
        todo = "mail.mail_activity_data_todo"
        lead.activity_schedule(todo, user_id=self.manager.id)
        lead.activity_schedule(todo, user_id=self.director.id)
        self._rule(self.manager, self.sam)
        self._background()
        self.assertEqual(lead.user_id, self.sam)
        self.assertEqual(lead.activity_ids.user_id, self.sam | self.director)

    def test_told_once(self):
        """One message for each person and run, not for each lead. Covers: L07."""
        leads = self._waiting(4)
        self._rule(self.manager, self.sam, self.tom)
        self.env.flush_all()
        last = self.env["mail.message"].search([], order="id desc", limit=1).id
        self._background()
        told = self.env["mail.message"].search(
            [("id", ">", last), ("partner_ids", "in", self.sam.partner_id.ids)]
        )
        self.assertEqual(len(told), 1)
        self.assertIn("2", told.subject)
        lead = self._unowned(self.north, name="叉车询价")
        told = self.env["mail.message"].search(
            [("id", ">", told.id), ("partner_ids", "in", lead.user_id.partner_id.ids)]
        )
        self.assertIn("叉车询价", told.subject)
        self.assertEqual((told.model, told.res_id), ("crm.lead", lead.id))
        self.assertTrue(leads.user_id)

    def test_hook_of_limits(self):
        """What refuses an owner elsewhere passes the person over here. Covers: L07."""
        rule = self._rule(self.manager, self.sam, self.tom)
        Lead = self.registry["crm.lead"]
        original = Lead._crm_check_lead_owner_change

        def refuse(leads, user, kind):
            if user == self.sam:
                # pylint: disable-next=translation-required; a test's own text
                raise UserError("Sam ist voll.")
            return original(leads, user, kind)

        self.patch(Lead, "_crm_check_lead_owner_change", refuse)
        leads = self._waiting(4)
        self.assertEqual(self._counts(leads, self.sam, self.tom), [0, 4])
        self.assertEqual(rule.line_ids.mapped("given_count"), [0, 4])
        self.patch(
            self.registry["res.users"],
            "_crm_lead_rooms",
            lambda users: {self.tom.id: 1},
        )
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": "两条",
                    "type": "lead",
                    "user_id": False,
                    "team_id": self.north.id,
                }
            ]
            * 2
        )
        self.assertEqual(self._counts(leads, self.sam, self.tom), [0, 1])

    def test_taken_back(self):
        """What nobody works on goes to somebody who has not had it. Covers: L07."""
        rule = self._rule(
            self.manager, self.sam, self.sue, rework_after=2, rework_unit="hours"
        )
        with freeze_time("2031-03-06 02:00:00"):
            leads = self._waiting(2)
            self.assertEqual(leads.mapped("user_id"), self.sam | self.sue)
            mine = leads.filtered(lambda lead: lead.user_id == self.sue)
            self._lead_followup(self.sue, mine, done=True)
        idle = leads - mine
        with freeze_time("2031-03-06 03:59:00"):
            self._background()
            self.assertEqual(idle.user_id, self.sam)
        with freeze_time("2031-03-06 04:01:00"):
            self._background()
        self.assertEqual(idle.user_id, self.sue)
        self.assertEqual(mine.user_id, self.sue)
        self.assertIn("Nobody worked on it", self._reason(idle))
        self.assertEqual(self._lead_moves(idle)[-1].from_user_id, self.sam)
        # everybody has had it: it stays with somebody
        with freeze_time("2031-03-07 04:01:00"):
            self._background()
        self.assertEqual(idle.user_id, self.sue)
        rule.line_ids = [Command.create({"user_id": self.tom.id})]
        with freeze_time("2031-03-07 05:01:00"):
            self._background()
        self.assertEqual(idle.user_id, self.tom)
        # given away by hand, it is none of the rule's business any more
        idle.with_user(self.manager).action_transfer(self.sam.id)
        self.assertFalse(idle.assign_rule_id)
        with freeze_time("2031-03-20 05:01:00"):
            self._background()
        self.assertEqual(idle.user_id, self.sam)

    def test_taken_back_after_working_days(self):
        """Working days are counted by the calendar. Covers: L07."""
        self._rule(self.manager, self.sam, self.sue, rework_after=2)
        with freeze_time("2031-03-07 02:00:00"):
            # a Friday
            lead = self._unowned(self.north)
            first = lead.user_id
        for moment, stays in (
            ("2031-03-10 12:00:00", True),
            ("2031-03-11 15:59:00", True),
            ("2031-03-11 16:01:00", False),
        ):
            with freeze_time(moment):
                self._background()
            self.assertEqual(lead.user_id == first, stays, moment)
        self.assertEqual(datetime(2031, 3, 7).isoweekday(), 5)
