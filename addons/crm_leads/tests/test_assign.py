from datetime import date, datetime

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import SQL

from ..tools.assigning import Desk, Person, in_turn, least_loaded
from .common import LeadCase


class AssignCase(LeadCase):
    """See CrmCase for who is who. No rule but those of the test."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.lead.assign.rule"].search([]).active = False
        # the ledger and messages speak the language of people
        cls.everybody.lang = "en_US"

    @classmethod
    def _rule(cls, author, *people, weights=(), **values):
        """Create a rule as its author would; return it for the test's own user."""
        weights = weights or [1] * len(people)
        rule = (
            cls.env["crm.lead.assign.rule"]
            .with_user(author)
            .create(
                {
                    "name": "官网询价",
                    "line_ids": [
                        Command.create({"user_id": user.id, "weight": weight})
                        for user, weight in zip(people, weights, strict=True)
                    ],
                    **values,
                }
            )
        )
        return rule.with_env(cls.env)

    def _waiting(self, count, team=None, **values):
        """Return leads that came in before any rule was there."""
        return self.env["crm.lead"].union(
            *(self._unowned(team or self.north, **values) for _n in range(count))
        )

    def _copies(self, lead, count, name):
        """Make many leads like this one, in one statement."""
        self.env.flush_all()
        columns = SQL(", ").join(
            SQL.identifier(field.name)
            for field in lead._fields.values()
            if field.store and field.column_type and field.name not in ("id", "name")
        )
        self.env.execute_query(
            SQL(
                "INSERT INTO crm_lead (name, %(columns)s)"
                " SELECT %(name)s || n, %(columns)s"
                " FROM crm_lead, generate_series(1, %(count)s) AS n"
                " WHERE crm_lead.id = %(lead)s RETURNING id",
                columns=columns,
                name=f"{name} ",
                count=count,
                lead=lead.id,
            )
        )
        self.env.cr.execute("ANALYZE crm_lead")
        lead.unlink()

    def _counts(self, leads, *people):
        """Return how many of these leads each has."""
        leads.invalidate_recordset(["user_id"])
        return [
            len(leads.filtered(lambda lead, to=user: lead.user_id == to))
            for user in people
        ]

    def _background(self):
        """Let the scheduler do its round."""
        self._run_cron("crm_leads.ir_cron_assign")

    def _last_run(self):
        """Return the state of the last run."""
        return self.env["crm.lead.assign.run"].search([], limit=1).state

    def _reason(self, lead):
        """Return what the ledger says of the last move of a lead."""
        return self._lead_moves(lead)[-1].reason


@tagged("post_install", "-at_install")
class TestAssign(AssignCase):
    """Leads that nobody has find somebody, by rules."""

    def test_turns(self):
        """Nobody is ever a whole lead away from the share. Covers: L07."""
        for weights in ([1] * 7, [3, 2, 1], [1, 1000], [5, 5, 5, 7, 11, 13]):
            people = [Person(Desk(at), weight, at) for at, weight in enumerate(weights)]
            got = [0] * len(weights)
            for turn in range(1, 10_001):
                got[in_turn(people).place] += 1
                for at, weight in enumerate(weights):
                    exact = turn * weight / sum(weights)
                    self.assertLess(abs(got[at] - exact), 1)

    def test_turns_with_absences(self):
        """Who was away is neither punished nor given what was missed."""
        people = [Person(Desk(at), 1, at) for at in range(3)]
        for _turn in range(300):
            in_turn(people[:2])
        got = [0] * 3
        for _turn in range(300):
            got[in_turn(people).place] += 1
        for count in got:
            self.assertLessEqual(abs(count - 100), 1)

    def test_loads(self):
        """Fewest open leads first, by share; of equals who waited longest."""
        people = [
            Person(Desk(0, open=4), 1, 0),
            Person(Desk(1, open=6), 2, 1),
            Person(Desk(2, open=4), 1, 2, last=5.0),
        ]
        self.assertEqual(least_loaded(people).place, 1)
        people[1].desk.open = 8
        people[0].last = 9.0
        people[1].last = 7.0
        self.assertEqual(least_loaded(people).place, 2)

    def test_at_creation(self):
        """A lead that comes in has somebody at once; the ledger says why.

        Covers: L07."""
        rule = self._rule(self.manager, self.sam, self.sue, self.tom)
        leads = self._waiting(6)
        self.assertEqual(self._counts(leads, self.sam, self.sue, self.tom), [2, 2, 2])
        self.assertEqual(
            [lead.user_id for lead in leads[:3]], [self.sam, self.sue, self.tom]
        )
        move = self._lead_moves(leads[2])
        self.assertEqual(move.kind, "rule")
        self.assertEqual(move.assign_rule_id, rule)
        self.assertIn("“官网询价”", move.reason)
        self.assertIn("person 3 of 3", move.reason)
        self.assertEqual(leads.assign_rule_id, rule)
        self.assertEqual(leads[2].with_user(self.tom).assign_reason, move.reason)
        self.assertTrue(leads[0].owner_since)
        self.assertEqual(rule.line_ids.mapped("given_count"), [2, 2, 2])
        # what it does not take, or somebody has, stays
        self.assertFalse(self._unowned(self.south).user_id)
        self.assertEqual(self._lead(self.tom).user_id, self.tom)

    def test_ten_thousand(self):
        """Of 10,000 leads nobody is one off the exact share. Covers: L07."""
        weights = [3, 2, 1, 5]
        people = self.sam | self.sue | self.tom | self.manager
        self._copies(self._unowned(self.north), 10_000, "批量")
        leads = self.env["crm.lead"].search([("name", "=like", "批量 %")])
        self._rule(self.manager, *people, weights=weights)
        # the scheduler goes on with one run until it is done
        while self._last_run() != "done":
            self._background()
        counts = self.env["crm.lead"]._read_group(
            [("id", "in", leads.ids)], ["user_id"], ["__count"]
        )
        self.assertEqual(sum(count for _user, count in counts), 10_000)
        for user, count in counts:
            weight = weights[list(people).index(user)]
            self.assertLessEqual(abs(count - 10_000 * weight / sum(weights)), 1)
        told = self.env["mail.notification"].search(
            [
                ("res_partner_id", "in", people.partner_id.ids),
                ("mail_message_id.subject", "like", "You got"),
            ]
        )
        self.assertEqual(len(told), 4)
        moves = self.env["crm.owner.move"].search([("lead_id", "in", leads.ids)])
        self.assertEqual(len(moves), 10_000)
        self.assertEqual(len(moves.grouped("batch_id")), 1)

    def test_first_rule_wins(self):
        """Rules are asked in their order; the last one takes the rest. Covers: L07."""
        industry = self.env["res.partner.industry"].create({"name": "机床"})
        narrow = self._rule(
            self.manager, self.sam, sequence=1, industry_ids=industry.ids
        )
        rest = self._rule(self.manager, self.tom, sequence=9, name="其余")
        self.assertEqual(
            self._unowned(self.north, industry_id=industry.id).user_id, self.sam
        )
        self.assertEqual(self._unowned(self.north).user_id, self.tom)
        rest.sequence = 0
        self.assertEqual(
            self._unowned(self.north, industry_id=industry.id).user_id, self.tom
        )
        rest.active = False
        self.assertFalse(self._unowned(self.north).user_id)
        self.assertTrue(narrow.active)

    def test_conditions(self):
        """Region, industry, source, score, channel and any field. Covers: L07."""
        territory = self.env["crm.territory"].create({"name": "华东"})
        below = self.env["crm.territory"].create(
            {"name": "上海", "parent_id": territory.id}
        )
        source = self.env["utm.source"].create({"name": "展会 2031"})
        state = self.env["res.country.state"].search(
            [("country_id.code", "=", "CN")], limit=1
        )
        matching = {
            "territory_id": below.id,
            "source_id": source.id,
            "state_id": state.id,
            "city": "苏州",
        }
        self._rule(
            self.manager,
            self.sam,
            territory_ids=territory.ids,
            source_ids=source.ids,
            state_ids=state.ids,
            capture_channel="manual",
            domain="[('city', '=', '苏州')]",
        )
        self.assertEqual(self._unowned(self.north, **matching).user_id, self.sam)
        for name in matching:
            lead = self._unowned(self.north, **{**matching, name: False})
            self.assertFalse(lead.user_id, name)
        lead = (
            self.env["crm.lead"]
            ._crm_capturing("web_form")
            .create(
                {
                    "name": "x",
                    "type": "lead",
                    "user_id": False,
                    "team_id": self.north.id,
                    **matching,
                }
            )
        )
        self.assertFalse(lead.user_id)

    def test_score(self):
        """Good leads to one, the rest to another. Covers: L04, L07."""
        self.env["crm.lead.score.rule"].search([]).active = False
        self.env["crm.lead.score.rule"].create(
            {"name": "有电话", "points": 90, "domain": "[('phone', '!=', False)]"}
        )
        self._rule(self.manager, self.sam, sequence=1, min_grade="b", min_score=50)
        self._rule(self.manager, self.tom, sequence=2)
        self.assertEqual(
            self._unowned(self.north, phone="13800138000").user_id, self.sam
        )
        self.assertEqual(self._unowned(self.north).user_id, self.tom)

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
        today = fields.Date.context_today(self.env.user)
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
