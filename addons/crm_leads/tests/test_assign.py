from odoo.tests import tagged

from ..tools.assigning import Desk, Person, in_turn, least_loaded
from .assign_common import AssignCase


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
