from datetime import timedelta
from random import Random

from odoo import SUPERUSER_ID, api
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.crm_customer_pool.models import crm_pool_recycle

from .rule_common import RuleCase, oracle


@tagged("post_install", "-at_install")
class TestRecycleRun(RuleCase):
    """The run of a day: what it takes, what it leaves behind, what it tells."""

    def _run(self, date=None):
        """Run as the scheduler does, on a day that stands for today."""
        self.env.flush_all()
        # what was logged so far was logged before
        self.env.cr.precommit.run()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["crm.pool"]._cron_recycle(date)
        self.env.invalidate_all()

    def _preview(self, date, pools=None):
        pools = (self.pool | (pools or self.pool)).with_user(self.boss)
        return pools.preview_recycle(self._string(date))

    def test_one_customer(self):
        """A due customer goes back with its contacts; nothing stays open.

        Covers: P04, B13.
        """
        rule = self._rule("十天", days=10)
        customer = self._with_facts(oracle.Facts(self._ago(30)))
        contact = self._contact(customer)
        self._share(customer, self.sue)
        plan = self._followup(self.sam, customer)
        customer.with_user(self.sam).activity_schedule("mail.mail_activity_data_todo")
        customer.message_subscribe(self.sam.partner_id.ids)
        fresh = self._with_facts(oracle.Facts(self._ago(3)), name="新客户")
        self._run()
        self.assertInPool(customer)
        self.assertEqual(customer.pool_former_owner_id, self.sam)
        self.assertFalse(customer.pool_deadline)
        self.assertFalse(contact.user_id)
        self.assertFalse(customer.share_ids)
        self.assertFalse(customer.activity_ids)
        self.assertFalse(customer.message_follower_ids)
        self.assertEqual(plan.state, "cancelled")
        self.assertFalse(customer.next_followup_at)
        self.assertEqual(fresh.user_id, self.sam)
        move = self._moves(customer)[0]
        self.assertEqual(
            (move.kind, move.from_user_id, move.to_user_id, move.rule_id, move.pool_id),
            ("recycle", self.sam, self.env["res.users"], rule, self.pool),
        )
        self.assertIn("十天", move.reason)
        seen = self._seen(customer, self.sue)
        self.assertNotIn("石油", seen.name)
        self.assertEqual(seen.former_owner_id, self.sam)

    def test_same_as_release(self):
        """What the run writes is what a release writes, column by column.

        Covers: P04.
        """
        self._rule(days=10)
        both = [
            self._with_facts(oracle.Facts(self._ago(30)), name="同一客户有限公司")
            for _number in range(2)
        ]
        person = self._customer(self.sam, "欧阳修", is_company=False)
        person._crm_workflow().write(self._values(oracle.Facts(self._ago(30))))
        both[0].with_user(self.boss).action_release_to_pool(self.pool.id, "x")
        self._run()
        self.assertInPool(person)
        columns = [
            name
            for name, field in both[0]._fields.items()
            if field.store
            and field.column_type
            and name
            not in {
                "id",
                "customer_no",
                "crm_match_keys",
                "pool_search_key",
                "search_key",
                "crm_customer_id",
                "commercial_partner_id",
                "pool_reason_id",
                "owner_since",
                "pooled_at",
                "calendar_last_notif_ack",
                "create_date",
                "create_uid",
                "write_date",
                "write_uid",
            }
        ]
        first, second = (one.read(columns)[0] for one in both)
        for values in (first, second):
            del values["id"]
        self.assertEqual(
            {name for name in columns if first[name] != second[name]}, set()
        )
        self.assertTrue(both[1].pool_search_key)
        logged = [
            {
                (log.field_name, str(log.old_value), str(log.new_value))
                for log in self.env["crm.change.log"].search(
                    [
                        ("res_id", "=", one.id),
                        ("model", "=", "res.partner"),
                        ("field_name", "in", ("user_id", "pool_id")),
                        ("kind", "=", "write"),
                    ]
                )
            }
            for one in both
        ]
        self.env.cr.precommit.run()
        self.assertTrue(logged[1])

    def test_told_once(self):
        """Owners get one message, however many customers and steps. Covers: P04."""
        self.patch(crm_pool_recycle, "STEP", 3)
        self._rule(days=10)
        self._many([oracle.Facts(self._ago(30))] * 10, self.sam | self.sue)
        before = self.env["mail.message"].search([], order="id desc", limit=1).id
        self._run()
        told = self.env["mail.message"].search([("id", ">", before)])
        for user in (self.sam, self.sue):
            mine = told.filtered(
                lambda one, user=user: user.partner_id in one.partner_ids
            )
            self.assertEqual(len(mine), 1, user.login)
        batch = self.env["crm.pool.batch"].search(
            [("kind", "=", "recycle"), ("pool_id", "=", self.pool.id)]
        )
        self.assertEqual(batch.done_count, 10)
        self._run()
        self.assertFalse(
            self.env["mail.message"].search(
                [
                    ("id", ">", max(told.ids)),
                    ("partner_ids", "in", self.sam.partner_id.ids),
                ]
            )
        )

    def test_undo(self):
        """A run is a batch that can be taken back, with shares and plans.

        Covers: P04, P10.
        """
        self._rule(days=10)
        customer = self._with_facts(oracle.Facts(self._ago(30)))
        self._share(customer, self.sue)
        plan = self._followup(self.sam, customer)
        self._run()
        batch = self._moves(customer)[0].batch_id
        result = self.env["crm.pool"].with_user(self.boss).action_undo(batch)
        self.assertEqual(result["undone"], customer.ids, result)
        self.env.invalidate_all()
        self.assertOutOfPool(customer, self.sam)
        self.assertEqual(customer.share_ids.user_id, self.sue)
        self.assertEqual(plan.state, "planned")

    def test_stale_date(self):
        """A date that has not been brought in line yet is not acted on. Covers: P04."""
        self._rule(days=10)
        customer = self._with_facts(oracle.Facts(self._ago(3)))
        self.env.cr.execute(
            "UPDATE res_partner SET pool_deadline = %s WHERE id = %s",
            [self._ago(1), customer.id],
        )
        self.env.invalidate_all()
        self.assertFalse(self._preview(self.today))
        self._run()
        self.assertEqual(customer.user_id, self.sam)
        self.assertEqual(customer.pool_deadline, self._ago(-7))

    def test_preview_rights(self):
        """Administrators preview their own pools, others nothing. Covers: P04."""
        self._rule(days=10)
        customer = self._with_facts(oracle.Facts(self._ago(30)))
        rows = self.pool.with_user(self.other_manager).preview_recycle(
            self._string(self.today)
        )
        self.assertEqual([row["partner_id"] for row in rows], customer.ids)
        self.assertEqual(set(rows[0]), {"partner_id", "rule_id", "deadline", "reason"})
        Pool = self.env["crm.pool"]
        for user in (self.sam, self.manager, self.employee):
            for pools in (Pool, self.pool):
                with self.assertRaises(AccessError):
                    pools.with_user(user).preview_recycle(self._string(self.today))
        for date in ("soon", "2026-13-01", None, 7, [], {}):
            with self.assertRaises(UserError):
                self.pool.with_user(self.boss).preview_recycle(date)
        count = self.pool.with_user(self.boss).preview_recycle_count(
            self._string(self.today)
        )
        self.assertEqual(count, {str(self.pool.id): 1})

    def test_property(self):
        """2,000 customers: each day's run is its preview, and the days are the dates.

        Covers: P04.
        """
        dice = Random(4)
        ago = self._ago
        levels, stages = self.levels[:3], self.stages[:3]

        def some(chance, most):
            return ago(dice.randrange(-5, most)) if dice.random() < chance else None

        facts = [
            oracle.Facts(
                ago(dice.randrange(0, 90)),
                followup=some(0.6, 60),
                opportunity=some(0.3, 90),
                deal=some(0.2, 90),
                contract=some(0.2, 60),
                open=dice.random() < 0.1,
                locked_until=some(0.1, 5),
                level=dice.choice([*levels.ids, None]),
                stage=dice.choice(stages.ids),
            )
            for _number in range(2_000)
        ]
        facts = [
            known._replace(
                followup=known.followup and min(known.followup, self.today),
                opportunity=known.opportunity and min(known.opportunity, self.today),
                deal=known.deal and min(known.deal, self.today),
            )
            for known in facts
        ]
        customers = self._many(facts, self.sam | self.sue | self.tom)
        north = self._pool("第二公海", member_user_ids=self.sue | self.tom, sequence=20)
        saved = []
        for values, pool in (
            ({"days": 20, "level_ids": levels[0], "grace_days": 5}, self.pool),
            ({"days": 15, "extend_days": 6, "max_days": 45}, self.pool),
            ({"days": 30, "trigger": "no_deal", "exempt_deal": True}, self.pool),
            ({"days": 12, "working_days": True, "stage_ids": stages[0]}, north),
            ({"days": 25, "trigger": "contract_end"}, north),
            ({"days": 40, "trigger": "no_opportunity"}, north),
        ):
            values.setdefault("exempt_open_opportunity", True)
            saved.append(self._rule(pool=pool, **values))
        expected = self._expected(customers, facts, saved)
        self.assertEqual(
            {c.id: (c.pool_deadline, c.pool_deadline_rule_id.id) for c in customers},
            {id_: found or (False, False) for id_, found in expected.items()},
        )
        taken = {}
        for number in range(12):
            day = ago(10 - 5 * number)
            told = {
                row["partner_id"]: row["deadline"] for row in self._preview(day, north)
            }
            self._run(day)
            gone = customers.filtered("pool_id").ids
            new = set(gone) - set(taken)
            self.assertEqual(new, set(told), day)
            taken |= dict.fromkeys(new, day)
        for id_, found in expected.items():
            if found and found[0] <= day:
                self.assertLess(taken[id_] - found[0], timedelta(120))
                self.assertGreaterEqual(taken[id_], found[0])
            else:
                self.assertNotIn(id_, taken)

    def _expected(self, customers, facts, saved):
        """Return (day, rule id) of each customer by the oracle, a dict by id."""
        self.env.cr.execute(
            "SELECT date FROM crm_workday WHERE company_id = %s AND is_working",
            [self.env.company.id],
        )
        calendar = oracle.Calendar(frozenset(row[0] for row in self.env.cr.fetchall()))
        rules = {
            rule: oracle.Rule(
                rule.id,
                rule.trigger,
                rule.days,
                working=rule.working_days,
                levels=frozenset(rule.level_ids.ids),
                stages=frozenset(rule.stage_ids.ids),
                grace=rule.grace_days,
                extend=rule.extend_days,
                most=rule.max_days,
                spare_deals=rule.exempt_deal,
                spare_open=rule.exempt_open_opportunity,
            )
            for rule in saved
        }
        return {
            customer.id: oracle.first(
                [
                    rules[rule]
                    for rule in saved
                    if customer.user_id in rule.pool_id.member_ids
                ],
                known,
                calendar,
            )
            for customer, known in zip(customers, facts, strict=True)
        }
