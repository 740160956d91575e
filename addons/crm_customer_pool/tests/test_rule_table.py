from datetime import timedelta
from itertools import product

from odoo.tests import tagged
from odoo.tools import SQL

from ..models.crm_pool_mixin import FEW_KEY, PRESENT_KEY
from . import rule_oracle as oracle
from .rule_common import RuleCase


@tagged("post_install", "-at_install")
class TestRuleTable(RuleCase):
    """The decision table of the rules, every cell against an oracle in plain Python."""

    def _facts(self):
        """Return customers' facts that tell the cells apart."""
        ago = self._ago
        level, stage = self.levels[0].id, self.stages[0].id
        old, newer = ago(100), ago(20)
        plain = oracle.Facts(old, level=level, stage=stage)
        return [
            plain,
            plain._replace(level=self.levels[1].id),
            plain._replace(stage=self.stages[1].id),
            plain._replace(level=None, stage=None),
            plain._replace(followup=newer),
            plain._replace(followup=ago(97)),
            plain._replace(followup=ago(120)),
            plain._replace(opportunity=newer),
            plain._replace(opportunity=ago(130)),
            plain._replace(deal=newer),
            plain._replace(deal=newer, followup=ago(10)),
            plain._replace(contract=ago(40)),
            plain._replace(contract=ago(40), deal=ago(30), followup=ago(5)),
            plain._replace(contract=ago(-40), followup=ago(3)),
            plain._replace(open=True, followup=newer),
            plain._replace(locked_until=ago(-9)),
            plain._replace(locked_until=ago(85), followup=newer),
            plain._replace(owned=ago(0)),
        ]

    def _cells(self):
        """Return every combination of the columns of a rule (list of Rule)."""
        level, stage = self.levels[0].id, self.stages[0].id
        some = frozenset()
        return [
            oracle.Rule(
                0,
                trigger,
                days=15,
                working=working,
                levels=levels,
                stages=stages,
                grace=grace,
                extend=extend,
                most=most,
                spare_deals=deals,
                spare_open=opened,
                not_before=start,
            )
            for trigger, working, levels, stages, grace, extend, most, (
                deals,
                opened,
            ), start in product(
                ("no_followup", "no_opportunity", "no_deal", "contract_end"),
                (False, True),
                (some, frozenset({level})),
                (some, frozenset({stage})),
                (0, 7),
                (0, 4),
                (0, 30),
                ((False, False), (True, False), (False, True)),
                (None, self._ago(-3)),
            )
        ]

    def _tried(self, rule):
        return {
            "id": rule.id,
            "sequence": 1,
            "pool_id": self.pool.id,
            "trigger": rule.trigger,
            "days": rule.days,
            "working_days": rule.working,
            "grace_days": rule.grace,
            "extend_days": rule.extend,
            "max_days": rule.most,
            "exempt_deal": rule.spare_deals,
            "exempt_open_opportunity": rule.spare_open,
            "starts_on": rule.not_before and self._string(rule.not_before),
            "level_ids": sorted(rule.levels) or None,
            "stage_ids": sorted(rule.stages) or None,
            "type_ids": sorted(rule.types) or None,
        }

    def _worked(self):
        """Return the days that are worked by the company's calendar."""
        self.env.cr.execute(
            "SELECT date FROM crm_workday WHERE company_id = %s AND is_working",
            [self.env.company.id],
        )
        return frozenset(day for (day,) in self.env.cr.fetchall())

    def _found(self, customers, cells, *, few):
        """Return the dates by the formula, a dict of (customer, cell) to date.

        :param bool few: as for a few records, with values in memory and the calendar
            looked up
        """
        Partner = self.env["res.partner"].with_context(
            **{FEW_KEY: few, PRESENT_KEY: few and not customers._crm_owners_away()}
        )
        tried = [
            self._tried(cell._replace(id=-number))
            for number, cell in enumerate(cells, 1)
        ]
        rows = self.env.execute_query(
            Partner._crm_deadline_sql(
                SQL("record.id IN %s", tuple(customers.ids)),
                self.env["crm.pool.rule"]._crm_rules_sql(tried),
                source=customers._crm_facts_sql() if few else None,
                each=True,
            )
        )
        return {(row[0], cells[-row[2] - 1]): row[1] for row in rows}

    def assertTable(self, customers, facts, cells, calendar):
        """Every rule gives every customer the day that the oracle names."""
        found = self._found(customers, cells, few=False)
        for cell in cells:
            for customer, known in zip(customers, facts, strict=True):
                self.assertEqual(
                    found.get((customer.id, cell)),
                    oracle.deadline(cell, known, calendar),
                    (cell, known),
                )
        self.assertEqual(self._found(customers, cells, few=True), found)

    def test_every_cell(self):
        """Trigger × counting × level × stage × grace × extension × maximum × exemption.

        Covers: P04.
        """
        facts = self._facts()
        cells = self._cells()
        self.assertEqual(len(cells), 4 * 2**6 * 3 * 2)
        calendar = oracle.Calendar(self._worked())
        self.assertTable(self._many(facts, self.sam), facts, cells, calendar)

    def test_frozen_by_absence(self):
        """Days of the owner's confirmed leave count for neither way of counting.

        Covers: P04.
        """
        facts = self._facts()
        customers = self._many(facts, self.sam)
        away = [(self._ago(90), self._ago(81)), (self._ago(3), self._ago(-6))]
        self._away(self.sam, away)
        days = frozenset(
            first + timedelta(days=number)
            for first, last in away
            for number in range((last - first).days + 1)
        )
        calendar = oracle.Calendar(self._worked(), days)
        self.assertTable(customers, facts, self._cells(), calendar)

    def _away(self, user, periods):
        for first, last in periods:
            self.env["crm.absence"]._crm_workflow().create(
                {
                    "user_id": user.id,
                    "date_from": first,
                    "date_to": last,
                    "state": "confirmed",
                }
            )
