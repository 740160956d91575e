import re
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .rule_common import RuleCase, oracle


@tagged("post_install", "-at_install")
class TestRules(RuleCase):
    """Rules give customers dates, and whatever changes a fact changes the date."""

    def test_new_customer(self):
        """A customer has its date and the reason from the first moment.

        Covers: P04.
        """
        rule = self._rule("十五天不跟进", days=15)
        customer = self._customer(self.sam)
        self.assertDeadline(customer, 15, rule)
        self.assertEqual(
            (customer.pool_clock, customer.pool_clock_at), ("owner", self.today)
        )
        reason = customer.with_user(self.sam).pool_deadline_reason
        for text in ("华北公海", "十五天不跟进", "taken over"):
            self.assertIn(text, reason)

    def test_followup(self):
        """An effective follow-up starts the clock anew, another one does not.

        Covers: P04.
        """
        rule = self._rule(days=15)
        customer = self._with_facts(oracle.Facts(self._ago(10)))
        self.assertDeadline(customer, 5, rule)
        self._followup(self.sam, customer, done=True, content="好")
        self.assertDeadline(customer, 5, rule)
        self._followup(
            self.sam,
            customer,
            done=True,
            content="客户认可方案，下周一带样品去现场演示。",
        )
        self.assertDeadline(customer, 15, rule)
        self.assertEqual(customer.pool_clock, "followup")

    def test_deleted_followup(self):
        """A follow-up that is deleted no longer counts. Covers: P04."""
        rule = self._rule(days=15)
        customer = self._with_facts(oracle.Facts(self._ago(10)))
        followup = self._followup(
            self.sam,
            customer,
            done=True,
            content="客户认可方案，下周一带样品去现场演示。",
        )
        followup.with_user(self.boss).unlink()
        self.assertDeadline(customer, 5, rule)

    def test_transfer(self):
        """A transfer starts the clock of the new owner. Covers: P04."""
        rule = self._rule(days=15, grace_days=5)
        customer = self._with_facts(oracle.Facts(self._ago(90), followup=self._ago(80)))
        self.assertDeadline(customer, -65, rule)
        customer.with_user(self.manager).action_transfer(self.sue.id)
        self.assertDeadline(customer, 20, rule)

    def test_out_of_pool(self):
        """A claim and an assignment start the clock too; in the pool there is none.

        Covers: P04.
        """
        rule = self._rule(days=15)
        first, second = self._pooled("甲"), self._pooled("乙")
        self.assertDeadline(first, None, None)
        self._claim(self.sam, first)
        self._seen(second, self.other_manager).action_assign(self.sue.id)
        self.assertDeadline(first, 15, rule)
        self.assertDeadline(second, 15, rule)

    def test_other_facts(self):
        """Level, deal, opportunity, contract, lock and archive change the date.

        Covers: P04, P07.
        """
        high = self.levels[0]
        rule = self._rule(
            days=15, level_ids=high, exempt_deal=True, exempt_open_opportunity=True
        )
        again = self._rule(trigger="contract_end", days=30)
        customer = self._with_facts(oracle.Facts(self._ago(10)))
        self.assertDeadline(customer, None, None)
        customer.with_user(self.sam).customer_level_id = high
        self.assertDeadline(customer, 5, rule)
        note = self.env["res.partner"]._crm_note_facts
        note({customer.id: {"crm_has_open_opportunity": True}})
        self.assertDeadline(customer, None, None)
        note({customer.id: {"crm_has_open_opportunity": False}})
        customer._crm_workflow().pool_locked_until = fields.Datetime.now() + timedelta(
            8
        )
        self.assertDeadline(customer, 9, rule)
        customer._crm_workflow().pool_locked_until = False
        note({customer.id: {"crm_contract_end_at": self._ago(5)}})
        self.assertDeadline(customer, 5, rule)
        note({customer.id: {"last_deal_at": fields.Datetime.now() - timedelta(9)}})
        self.assertDeadline(customer, 25, again)
        customer.with_user(self.sam).action_archive()
        self.assertDeadline(customer, None, None)
        customer.with_user(self.sam).action_unarchive()
        self.assertDeadline(customer, 25, again)

    def test_precedence(self):
        """The earliest date counts; then the order of pools, rules and their ids.

        Covers: P04.
        """
        second = self._pool("华北二公海", member_user_ids=self.sam, sequence=20)
        late = self._rule(days=40, pool=self.pool)
        customer = self._with_facts(oracle.Facts(self._ago(10)))
        self.assertDeadline(customer, 30, late)
        early = self._rule(days=20, pool=second)
        self.assertDeadline(customer, 10, early)
        same = self._rule(days=20, pool=self.pool, sequence=30)
        self.assertDeadline(customer, 10, same)
        twin = self._rule(days=20, pool=self.pool, sequence=30)
        self.assertDeadline(customer, 10, same)
        twin.sequence = 20
        self.assertDeadline(customer, 10, twin)
        second.sequence = 1
        self.assertDeadline(customer, 10, early)

    def test_off_and_on(self):
        """Switched off and on again, a rule gives the very dates it gave before.

        Nothing starts anew on that day, and nothing is erased for good. Covers: P04.
        """
        rule = self._rule(days=15)
        facts = [
            oracle.Facts(self._ago(days), followup=followed and self._ago(followed))
            for days, followed in ((40, None), (10, None), (90, 3), (16, 15), (0, None))
        ]
        customers = self._many(facts, self.sam)
        before = customers.mapped("pool_deadline")
        self.assertTrue(all(before))
        rule.with_user(self.other_manager).active = False
        self.assertFalse(any(customers.mapped("pool_deadline")))
        rule.with_user(self.other_manager).active = True
        self.assertEqual(customers.mapped("pool_deadline"), before)
        # the grace that somebody chooses is to be seen, and can be taken back
        rule.with_user(self.other_manager).starts_on = self._ago(-10)
        self.assertEqual(
            customers.mapped("pool_deadline"),
            [max(day, self._ago(-10)) for day in before],
        )
        rule.with_user(self.other_manager).starts_on = False
        self.assertEqual(customers.mapped("pool_deadline"), before)

    def test_no_owner(self):
        """Without owner and pool there is no date, and the check of data says so.

        Covers: P04.
        """
        self._rule(days=15)
        lost = self._many([oracle.Facts(self._ago(50))], self.env["res.users"])
        self.assertFalse(lost.pool_deadline)

    def test_members(self):
        """Only customers of members go back, and those of no other company.

        Covers: P04, P05.
        """
        rule = self._rule(days=15)
        mine = self._with_facts(oracle.Facts(self._ago(10)), self.tom)
        leader = self._with_facts(oracle.Facts(self._ago(10)), self.manager)
        self.assertDeadline(mine, 5, rule)
        self.assertDeadline(leader, None, None)
        self.pool.member_user_ids = False
        self.assertDeadline(mine, None, None)
        self.beijing.member_ids |= self.tom
        self.env.cr.precommit.run()
        self.assertDeadline(mine, 5, rule)
        self.pool.company_id = self.env["res.company"].create({"name": "子公司"})
        self.assertDeadline(mine, 5, rule)
        mine.company_id = self.company
        self.assertDeadline(mine, None, None)

    def test_leave_and_holidays(self):
        """Confirmed leave of the owner moves the date at once. Covers: P04."""
        rule = self._rule(days=15)
        customer = self._with_facts(oracle.Facts(self._ago(10)))
        absence = self.env["crm.absence"].create(
            {
                "user_id": self.sam.id,
                "date_from": self._ago(-1),
                "date_to": self._ago(-4),
            }
        )
        absence._crm_hold()
        self.assertDeadline(customer, 9, rule)

    def test_many_change_in_the_background(self):
        """Many customers get their dates by a job that goes on where it stopped.

        Covers: P04.
        """
        facts = [oracle.Facts(self._ago(days)) for days in range(30)]
        customers = self._many(facts, self.sam)
        self.patch(self._module("crm_pool_run"), "INLINE", 5)
        self.patch(self._module("crm_pool_run"), "STEP", 7)
        rule = self._rule(days=60)
        self.assertFalse(any(customers.mapped("pool_deadline")))
        run = self.env["crm.pool.run"].search([("state", "=", "running")])
        self.assertEqual(run.kind, "refresh")
        self._run_cron("crm_customer_pool.ir_cron_refresh_deadlines")
        self.assertEqual(run.state, "done")
        self.assertEqual(
            customers.mapped("pool_deadline"),
            [self._ago(days - 60) for days in range(30)],
        )
        self.assertEqual(customers.pool_deadline_rule_id, rule)

    def _module(self, name):
        module = __import__(
            f"odoo.addons.crm_customer_pool.models.{name}", fromlist=[name]
        )
        return module

    def test_rights(self):
        """Administrators make the rules of their pools; members read them.

        Covers: P04, P05.
        """
        rule = self._rule(days=15)
        for user in (self.sam, self.manager, self.other_manager, self.boss):
            self.assertTrue(rule.with_user(user).has_access("read"), user.login)
        self.assertFalse(rule.with_user(self.xia).has_access("read"))
        self.assertFalse(rule.with_user(self.employee).has_access("read"))
        for user in (self.sam, self.manager, self.xia):
            with self.assertRaises(AccessError):
                rule.with_user(user).days = 1
            with self.assertRaises(AccessError):
                rule.with_user(user).unlink()
            with self.assertRaises(AccessError):
                rule.with_user(user).create(
                    {"name": "x", "pool_id": self.pool.id, "days": 1}
                )
        rule.with_user(self.boss).days = 20
        rule.with_user(self.other_manager).days = 21
        # nor by moving a rule of one's own into somebody else's pool
        mine = self._pool("我的公海", admin_ids=self.sam, member_user_ids=self.sam)
        own = rule.with_user(self.sam).create({"name": "x", "pool_id": mine.id})
        with self.assertRaises(AccessError):
            own.pool_id = self.pool

    def test_dates_are_the_systems(self):
        """Nobody sets a date by hand, through no door. Covers: P04."""
        self._rule(days=15)
        customer = self._customer(self.sam)
        for user in (self.sam, self.boss):
            with self.assertRaises(AccessError):
                customer.with_user(user).write({"pool_deadline": "2099-01-01"})
        with self.assertRaises(AccessError):
            self._customer(self.sam, "新", pool_deadline="2099-01-01")

    def test_values(self):
        """What makes no sense is refused, in words. Covers: P04."""
        with self.assertRaises(ValidationError):
            self._rule(warn_days="7;3")
        with self.assertRaises(ValidationError):
            self._rule(level_ids=self.stages[0])
        for values in ({"days": 0}, {"days": 30, "max_days": 20}, {"days": 9999}):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._rule(**values)
        self.assertEqual(self._rule(warn_days="15, 7,1").warn_days, "15, 7,1")
        level = self.env["crm.dictionary"].create(
            {"kind": "customer_level", "code": "new", "name": "新级别"}
        )
        self._rule(level_ids=level)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(UserError),
            self.env.cr.savepoint(),
        ):
            # a rule for one level must not become one for all
            level.unlink()

    def test_in_words(self):
        """The screen says what the rule does. Covers: P04."""
        rule = self._rule(
            days=15,
            working_days=True,
            level_ids=self.levels[:2],
            grace_days=7,
            extend_days=3,
            max_days=60,
            exempt_deal=True,
        )
        words = rule.with_user(self.sam).summary
        for text in ("15 working days", "7 working days", "60 working days", "deal"):
            self.assertIn(text, words)
        self.assertIn(self.levels[0].name, words)

    def test_preview_before_saving(self):
        """The form shows who would go by values that nobody has saved. Covers: P04."""
        facts = [oracle.Facts(self._ago(days)) for days in (40, 35, 10, 8, 0)]
        customers = self._many(facts, self.sam | self.sue)
        form = Form(self.env["crm.pool.rule"].with_user(self.other_manager))
        form.name = "试试"
        form.pool_id = self.pool
        form.days = 30
        form.show_preview = True
        self.assertIn("5 would go back", form.preview)
        self.assertIn("2 of them", form.preview)
        form.days = 9
        self.assertIn("3 of them", form.preview)
        form.level_ids.add(self.levels[2])
        self.assertIn("0 would go back", form.preview)
        form.level_ids.clear()
        self.assertFalse(any(customers.mapped("pool_deadline")))
        rule = form.save()
        self.assertEqual(customers.pool_deadline_rule_id.ids, rule.ids)
        with Form(rule.with_user(self.other_manager)) as form:
            form.show_preview = True
            form.days = 500
            self.assertIn("0 of them", form.preview)
            form.days = 9
        seen = rule.with_user(self.sam).new({"show_preview": True}, origin=rule)
        self.assertFalse(seen.preview)

    def test_queries(self):
        """One statement gives thirty customers their dates, or sixty.

        Each gets its date in the one statement that writes the change.

        Covers: P04.
        """
        self._rule(days=15, working_days=True)
        customers = self._many([oracle.Facts(self._ago(5))] * 92, self.sam)
        cursor = type(self.env.cr)
        execute = cursor.execute
        written = []

        def counting(cr, query, *args, **kwargs):
            text = getattr(query, "code", query)
            if re.search(r'UPDATE "?res_partner"?\s', text):
                written.append(text)
            return execute(cr, query, *args, **kwargs)

        self.patch(cursor, "execute", counting)
        counts, writes = [], []
        for some in (customers[:1], customers[1:2], customers[2:32], customers[32:]):
            self.env.invalidate_all()
            written.clear()
            before = self.env.cr.sql_log_count
            some._crm_workflow().write({"last_deal_at": fields.Datetime.now()})
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            writes.append(len(written))
        _first, one, thirty, sixty = counts
        self.assertLessEqual(one, thirty)
        self.assertEqual(sixty, thirty)
        self.assertEqual(writes, [1, 1, 1, 1])
