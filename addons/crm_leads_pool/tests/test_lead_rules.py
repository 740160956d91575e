from itertools import product

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.crm_customer_pool.tests import rule_oracle as oracle

from .rule_common import LeadRuleCase


@tagged("post_install", "-at_install")
class TestLeadRules(LeadRuleCase):
    """When leads go back, against the oracle of the customers' rules."""

    def test_table(self):
        """Each cell of triggers, grace, extension, maximum, intent. Covers: L08."""
        intent = self.intents[0].id
        facts = [
            oracle.Facts(self._ago(owned), followup=followup, level=level)
            for owned, followup, level in product(
                (100, 20, 0),
                (None, self._ago(120), self._ago(10), self._ago(0)),
                (None, intent),
            )
        ]
        leads = [
            self._with_facts(owned=f.owned, followup=f.followup, intent=f.level)
            for f in facts
        ]
        calendar = oracle.Calendar()
        cells = list(
            product(
                ("no_followup", "no_conversion"),
                (0, 7),
                (0, 4),
                (0, 40),
                (frozenset(), frozenset({intent})),
                (None, self._ago(-3)),
            )
        )
        rule = self._rule()
        for trigger, grace, extend, most, intents, start in cells:
            rule.write(
                {
                    "trigger": trigger,
                    "grace_days": grace,
                    "extend_days": extend,
                    "max_days": most,
                    "level_ids": [fields.Command.set(list(intents))],
                    "starts_on": start,
                }
            )
            # a lead has no deal: "not converted" is the clock of "no deal"
            cell = oracle.Rule(
                rule.id,
                "no_deal" if trigger == "no_conversion" else trigger,
                days=15,
                levels=intents,
                grace=grace,
                extend=extend,
                most=most,
                not_before=start,
            )
            for lead, fact in zip(leads, facts, strict=True):
                expected = oracle.deadline(cell, fact, calendar)
                self.assertEqual(lead.pool_deadline or None, expected, (cell, fact))

    def test_who_has_a_date(self):
        """Only open leads of members, by rules of pools of leads. Covers: L08."""
        self.env["crm.pool.rule"].create(
            {"name": "客户规则", "pool_id": self.pool.id, "days": 5}
        )
        lead = self._lead(self.sam)
        self.assertFalse(lead.pool_deadline)
        customer = self._customer(self.sam)
        self.assertEqual(customer.pool_deadline, self._ago(-5))
        self._rule(days=9)
        self.assertEqual(lead.pool_deadline, self._ago(-9))
        self.assertEqual(customer.pool_deadline, self._ago(-5))
        self.assertFalse(self._lead(self.xia).pool_deadline)
        self.assertFalse(self._lead(self.sam, type="opportunity").pool_deadline)
        lead.with_user(self.sam).action_close("wrong_number")
        self.assertFalse(lead.pool_deadline)
        lead.with_user(self.sam).action_reopen()
        self.assertTrue(lead.pool_deadline)

    def test_reason_in_words(self):
        """The owner reads when, by which rule and why. Covers: L08."""
        self._rule(trigger="no_conversion", name="三十天", days=30)
        lead = self._lead(self.sam).with_user(self.sam)
        self.assertRegex(lead.pool_deadline_reason, "三十天.*Not converted since")
        rule = self.env["crm.pool.rule"].search([("name", "=", "三十天")])
        self.assertIn("Not converted for 30 days", rule.summary)

    def test_triggers_fit(self):
        """Rules ask for what the pool holds. Covers: L08."""
        for pool, trigger in (
            (self.lead_pool, "no_deal"),
            (self.lead_pool, "contract_end"),
            (self.pool, "no_conversion"),
        ):
            with self.assertRaises(ValidationError):
                self.env["crm.pool.rule"].create(
                    {"name": "x", "pool_id": pool.id, "trigger": trigger}
                )
        level = self.env["crm.dictionary"].search(
            [("kind", "=", "customer_level")], limit=1
        )
        with self.assertRaises(ValidationError):
            self._rule(level_ids=level.ids)

    def test_the_night_is_its_preview(self):
        """What the preview lists goes back, with rule and ledger. Covers: L08, P14."""
        rule = self._rule(days=15)
        due = [self._with_facts(owned=self._ago(20), name=f"旧{n}") for n in range(3)]
        plan = self._lead_followup(self.sam, due[0])
        fresh = self._with_facts(owned=self._ago(2))
        today = fields.Date.to_string(self.today)
        previewed = self.lead_pool.with_user(self.other_manager).preview_recycle(today)
        self.assertEqual({row["lead_id"] for row in previewed}, {x.id for x in due})
        self.assertEqual({row["rule_id"] for row in previewed}, {rule.id})
        count = self.lead_pool.preview_recycle_count(today)
        self.assertEqual(count[str(self.lead_pool.id)], 3)
        self._run()
        for lead in due:
            self.assertEqual(lead.pool_id, self.lead_pool)
            self.assertEqual(lead.pool_former_owner_id, self.sam)
            self.assertFalse(lead.pool_deadline)
            move = self._lead_moves(lead)[-1]
            self.assertEqual((move.kind, move.rule_id), ("recycle", rule))
            self.assertIn("线索规则", move.reason)
            self.assertTrue(self._row(self.sue, lead).name)
        self.assertEqual(fresh.user_id, self.sam)
        self.assertEqual(plan.state, "cancelled")
        told = self.env["mail.message"].search(
            [
                ("notified_partner_ids", "in", self.sam.partner_id.ids),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertTrue(told.filtered(lambda one: "旧1" in one.body))
        self.assertEqual(self.lead_pool.preview_recycle(today), [])

    def test_rule_preview_on_screen(self):
        """The preview of a rule counts leads. Covers: L08."""
        self._with_facts(owned=self._ago(20))
        rule = self._rule(days=15)
        rule.show_preview = True
        self.assertIn("1 would go back", rule.with_user(self.other_manager).preview)
        self.assertEqual(rule.customer_count, 1)
