from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import PoolCase


@tagged("post_install", "-at_install")
class TestPool(PoolCase):
    def _visible(self, user):
        pools = self.pool | self.other_pool
        return (
            self.env["crm.pool"]
            .with_user(user)
            .search([("id", "in", pools.ids)])
            .sudo()
        )

    def test_who_sees_which_pool(self):
        """Members, their superiors, administrators and the boss see a pool.

        Covers: P01.
        """
        both = self.pool | self.other_pool
        for user, pools in (
            (self.sam, self.pool),
            (self.tom, self.pool),
            (self.xia, self.other_pool),
            (self.manager, self.pool),
            (self.assistant, self.pool),
            (self.director, both),
            (self.other_manager, both),
            (self.boss, both),
        ):
            self.assertEqual(self._visible(user), pools, user.login)
        with self.assertRaises(AccessError):
            self._visible(self.employee)

    def test_who_sees_pooled_customers(self):
        """Whoever sees a pool sees its customers, and nobody else does.

        Covers: P01, P10.
        """
        customer = self._pooled()
        contact = self.env["res.partner"].create(
            {"name": "王小明", "parent_id": customer.id}
        )
        for user in self.everybody - self.portal:
            row = self._seen(customer, user)
            if user in (
                self.sam
                | self.sue
                | self.tom
                | self.manager
                | self.assistant
                | self.director
                | self.other_manager
                | self.boss
            ):
                self.assertEqual(
                    row.search([("id", "=", customer.id)]), row, user.login
                )
            elif user in (self.employee | self.maintainer):
                self.assertFalse(row.has_access("read"))
            else:
                self.assertFalse(row.search([("id", "=", customer.id)]), user.login)
        self.assertViewers(customer | contact, self.env["res.users"])

    def test_members_of_teams_below(self):
        """A team brings in its leader, its members and the teams below it.

        Covers: P01.
        """
        pool = self._pool("全国公海", member_team_ids=self.north)
        self.assertEqual(pool.member_ids, self.manager | self.tom | self.sam | self.sue)
        self.assertEqual(pool.member_count, 4)
        self.assertIn(pool.id, self.manager._crm_pool_ids("member"))

    def test_membership_takes_effect_at_once(self):
        """Changes of pools and teams open and close pools at once.

        Covers: P01.
        """
        customer = self._pooled()
        row = self._seen(customer, self.xia)
        self.assertFalse(row.has_access("read"))
        self.pool.member_user_ids = [Command.link(self.xia.id)]
        self.assertTrue(row.has_access("read"))
        self.pool.member_user_ids = [Command.unlink(self.xia.id)]
        self.assertFalse(row.has_access("read"))
        self.beijing.member_ids = [Command.link(self.xia.id)]
        self.assertTrue(row.has_access("read"))
        self.pool.member_team_ids = [Command.clear()]
        self.assertFalse(row.has_access("read"))

    def test_set_up(self):
        """The boss sets up every pool, a director the ones administrated; others none.

        Covers: P01.
        """
        with self.assertRaises(AccessError):
            self.pool.with_user(self.sam).name = "x"
        with self.assertRaises(AccessError):
            self.pool.with_user(self.other_manager).name = "x"
        with self.assertRaises(AccessError):
            self.pool.with_user(self.director).name = "x"
        with self.assertRaises(AccessError):
            self.env["crm.pool"].with_user(self.manager).create({"name": "x"})
        with Form(self.env["crm.pool"].with_user(self.director)) as form:
            form.name = "总部公海"
            form.claim_per_day = 5
        pool = form.record
        self.assertEqual(pool.sudo().admin_ids, self.director)
        pool.name = "总部"
        with self.assertRaises(AccessError):
            pool.unlink()
        pool.with_user(self.boss).unlink()

    def test_limits_are_not_negative(self):
        """Covers: P06."""
        for name in (
            "claim_per_day",
            "holding_limit",
            "cooldown_days",
            "exclude_previous_owner_days",
        ):
            with (
                self.subTest(name),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.pool[name] = -1
                self.pool.flush_recordset()

    def test_counts(self):
        """Customers of pools are counted in one query for all of them.

        Covers: P01.
        """
        for index in range(3):
            self._pooled(f"公司{index}")
        self._pooled("存档公司").active = False
        pools = self.env["crm.pool"].browse((self.pool | self.other_pool).ids)
        self.assertEqual(pools.mapped("customer_count"), [3, 0])
        self.assertEqual(pools.mapped("new_count"), [3, 0])
        self.env.flush_all()
        pools.invalidate_recordset()
        pools.mapped("name")
        with self.assertQueryCount(1):
            pools.mapped("customer_count")

    def test_full_pool_stays(self):
        """A pool with customers is neither archived nor deleted; nor one with a past.

        Covers: P01, P09.
        """
        customer = self._pooled()
        pool = self.pool.with_user(self.boss)
        with self.assertRefused("is not empty"):
            pool.active = False
        with self.assertRefused("is not empty"):
            pool.unlink()
        self._claim(self.sam, customer)
        with self.assertRefused("Archive the pool"):
            pool.unlink()
        pool.active = False
        self.assertFalse(self._visible(self.sam))

    def test_company(self):
        """A pool of a company takes in its customers and those of no company.

        Covers: P01.
        """
        other = self.env["res.company"].create({"name": "分公司"})
        self.boss.company_ids = [Command.link(other.id)]
        customer = self._customer(self.boss, company_id=other.id)
        with self.assertRefused("is one of another company"):
            customer.with_user(self.boss).action_release_to_pool(
                self.pool.id, self.reason.id
            )
        everywhere = self._pool("集团公海", member_user_ids=self.sam, company_id=False)
        customer.with_user(self.boss).action_release_to_pool(
            everywhere.id, self.reason.id
        )
        self.assertInPool(customer, everywhere)
        with self.assertRaises(ValidationError):
            everywhere.company_id = self.company
        # sam does not work for the branch
        self.assertFalse(
            self.env["crm.pool.customer"]
            .with_user(self.sam)
            .search([("id", "=", customer.id)])
        )

    def test_pool_fields_are_closed(self):
        """No plain write or create puts a customer into a pool, or takes it out.

        Covers: P03, P09.
        """
        customer = self._customer(self.sam)
        pooled = self._pooled("在公海的公司")
        Partner = self.env["res.partner"]
        for values in (
            {"pool_id": self.pool.id},
            {"pooled_at": "2026-01-01 00:00:00"},
            {"pool_former_owner_id": self.sam.id},
            {"pool_reason_id": self.reason.id},
            {"pool_name": "x"},
            {"pool_search_key": "x"},
        ):
            for user in (self.sam, self.boss):
                with self.subTest(values=values, user=user.login):
                    with self.assertRaises(AccessError):
                        customer.with_user(user).write(values)
                    with self.assertRaises(AccessError):
                        Partner.with_user(user).create(
                            {"name": "x", "is_crm_customer": True, **values}
                        )
                    defaults = {f"default_{key}": val for key, val in values.items()}
                    made = (
                        Partner.with_user(user)
                        .with_context(**defaults)
                        .create({"name": "x", "is_crm_customer": True})
                    )
                    self.assertFalse(made.pool_id or made.pooled_at)
        with self.assertRaises(AccessError):
            pooled.with_user(self.boss).pool_id = False
        with self.assertRaises(UserError):
            pooled.with_user(self.boss).is_crm_customer = False
        self.assertInPool(pooled)

    def test_database_keeps_owner_and_pool_apart(self):
        """Not even a mistake of server code leaves a pooled customer with an owner.

        Covers: P03.
        """
        customer = self._pooled()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            customer._crm_workflow().user_id = self.sam
            customer.flush_recordset()

    def test_ledger_of_a_pool(self):
        """Administrators of a pool read its ledger; members read what concerns them.

        Covers: P09.
        """
        customer = self._pooled(owner=self.tom)
        self._claim(self.sam, customer)
        moves = self._moves(customer).filtered("pool_id")
        self.assertEqual(moves.mapped("kind"), ["claim", "release"])
        for user, expected in (
            (self.other_manager, moves),
            (self.sam, moves),
            (self.tom, moves.filtered(lambda move: move.kind == "release")),
            (self.sue, moves.browse()),
            (self.xia, moves.browse()),
            (self.boss, moves),
        ):
            found = (
                self.env["crm.owner.move"]
                .with_user(user)
                .search([("id", "in", moves.ids)])
            )
            self.assertEqual(found.sudo(), expected, user.login)
        action = self.pool.with_user(self.other_manager).action_open_ledger()
        self.assertEqual(action["domain"], [("pool_id", "=", self.pool.id)])

    def test_shares_of_pooled_customers(self):
        """A pooled customer cannot be lent to somebody: that would unmask it.

        Covers: P10.
        """
        customer = self._pooled()
        with self.assertRaises(ValidationError):
            customer.with_user(self.boss).action_share(self.sam.ids)

    def test_merge(self):
        """A merge neither takes a customer out of a pool nor puts one into it.

        Covers: P03, P09.
        """
        owned, pooled = self._customer(self.tom, "甲公司"), self._pooled("乙公司")
        second, foreign = self._pooled("丙公司"), self._pooled("丁", self.other_pool)
        for customers in (owned | pooled, pooled | owned, pooled | foreign):
            with self.assertRefused("before you merge"):
                customers.with_user(self.boss)._crm_check_merge()
        (pooled | second).with_user(self.boss)._crm_check_merge()
        values = (pooled | owned)._crm_merge_values()
        self.assertEqual(values["pool_id"], self.pool.id)
        values = (owned | pooled)._crm_merge_values()
        self.assertFalse(values["pool_id"] or values["pooled_at"])
