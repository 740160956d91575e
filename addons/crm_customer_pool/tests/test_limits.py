from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from . import owner_doors
from .common import PoolCase


@tagged("post_install", "-at_install")
class TestLimits(PoolCase):
    def _several(self, count, pool=None):
        return self.env["res.partner"].concat(
            *(self._pooled(f"公司{index}", pool) for index in range(count))
        )

    def _shift(self, customers, **delta):
        """Let the past of customers lie further back."""
        back = timedelta(**delta)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_owner_move SET moved_at = moved_at - %s WHERE partner_id IN %s",
            (back, tuple(customers.ids)),
        )
        self.env.cr.execute(
            "UPDATE res_partner SET pooled_at = pooled_at - %s WHERE id IN %s",
            (back, tuple(customers.ids)),
        )
        self.env.invalidate_all()

    # ------------------------------------------------------------
    # CLAIMS PER DAY
    # ------------------------------------------------------------

    def test_claims_per_day(self):
        """A batch is filled up to the limit, and the rest refused with the numbers.

        Covers: P06.
        """
        self.pool.claim_per_day = 3
        customers = self._several(5)
        result = self._claim(self.sam, *customers)
        self.assertEqual(result["claimed"], customers[:3].ids)
        self.assertEqual([row["id"] for row in result["refused"]], customers[3:].ids)
        self.assertIn("claimed 3 from this pool", result["refused"][0]["reason"])
        self.assertIn("limit is 3", result["refused"][0]["reason"])
        with self.assertRefused("limit is 3"):
            self._claim(self.sam, customers[3])
        self._claim(self.sue, customers[3])

    def test_giving_back_refunds_nothing(self):
        """Claim five, release five, claim again: refused. Claims count, not holdings.

        Covers: P06.
        """
        self.pool.claim_per_day = 5
        customers = self._several(6)
        self._claim(self.sam, *customers[:5])
        customers[:5].with_user(self.sam).action_release_to_pool(
            self.pool.id, self.reason.id
        )
        with self.assertRefused("limit is 5"):
            self._claim(self.sam, customers[5])
        self._shift(customers, days=1)
        self._claim(self.sam, customers[5])

    def test_assignment_is_no_claim(self):
        """What an administrator assigns does not use up claims.

        Covers: P06.
        """
        self.pool.claim_per_day = 1
        customers = self._several(3)
        customers[:2].with_user(self.boss).action_transfer(self.sam.id)
        self._claim(self.sam, customers[2])

    def test_limit_of_the_record_s_pool(self):
        """Each pool counts its own claims.

        Covers: P06.
        """
        self.pool.claim_per_day = 1
        self.other_pool.member_user_ids = [Command.link(self.sam.id)]
        strict, lax = self._several(2), self._several(2, self.other_pool)
        result = self._claim(self.sam, *(lax | strict))
        self.assertEqual(set(result["claimed"]), {*lax.ids, strict[0].id})
        self.assertEqual([row["id"] for row in result["refused"]], [strict[1].id])

    def test_day_of_the_pool(self):
        """The day begins at midnight in the pool's time zone, not in the user's.

        Covers: P06.
        """
        self.pool.claim_per_day = 1
        customers = self._several(3)
        self.sam.tz = "America/New_York"
        # 23:30 in Shanghai
        with freeze_time("2026-03-02 15:30:00"):
            self._claim(self.sam, customers[0])
            with self.assertRaises(UserError):
                self._claim(self.sam, customers[1])
        # 00:10 in Shanghai; in New York and Greenwich it is the same day as before
        with freeze_time("2026-03-02 16:10:00"):
            self._claim(self.sam, customers[1])
            with self.assertRaises(UserError):
                self._claim(self.sam, customers[2])

    # ------------------------------------------------------------
    # HOLDINGS: ONE LIMIT, EVERY DOOR
    # ------------------------------------------------------------

    def _walk(self, values, text, held):
        """Go through every door at the limit less one, and at the limit.

        :param dict values: of each customer that comes
        :param str text: what each refusal says
        :param int held: customers that count against the limit, full
        """
        walked = 0
        for name, door in owner_doors.doors(self).items():
            with self.subTest(name):
                point = self.env.cr.savepoint()
                through = door(self.sam, values)
                through()
                self.assertEqual(self._counted(values), held, name)
                with self.assertRefused(text):
                    door(self.sam, values)()
                self.env.invalidate_all()
                self.assertEqual(self._counted(values), held, name)
                point.close(rollback=True)
                self.env.invalidate_all()
                self.env.registry.clear_cache("stable")
            walked += 1
        self.assertGreater(walked, 14)

    def _counted(self, values):
        level_id = values.get("customer_level_id")
        held = self.sam._crm_held_by_level()
        return held[level_id] if level_id else sum(held.values())

    def test_holdings_through_every_door(self):
        """At the limit less one, each door lets one in; at the limit, none.

        Covers: P06.
        """
        self.pool.holding_limit = 3
        self._customer(self.sam, "第一家")
        self._customer(self.sam, "第二家")
        self._walk({}, "may own 3: there is no room for 1 more", 3)

    def test_levels_through_every_door(self):
        """The limit of a level holds at each door, and for a change of level.

        Covers: P06.
        """
        level = self.env.ref("crm_base.dictionary_customer_level_a")
        self.pool.level_limit_ids = [Command.create({"level_id": level.id, "limit": 2})]
        values = {"customer_level_id": level.id}
        self._customer(self.sam, "第一家", **values)
        self._customer(self.sam, "别的级别")
        text = f"customers of the level {level.name}.* may own 2: .* no room for 1 more"
        self._walk(values, text, 2)
        # and by another level of what one has
        other = self._customer(self.sam, "升级")
        other.with_user(self.sam).customer_level_id = level
        with self.assertRefused(text):
            self._customer(self.sam, "再升级").with_user(self.sam).write(values)

    def test_week(self):
        """What a person claims from Monday to Sunday is limited as well.

        Covers: P06.
        """
        self.pool.write({"claim_per_day": 2, "claim_per_week": 3})
        customers = self._several(6)
        # a Thursday and a Friday in Shanghai
        with freeze_time("2026-03-05 04:00:00"):
            self._claim(self.sam, *customers[:2])
        with freeze_time("2026-03-06 04:00:00"):
            self._claim(self.sam, customers[2])
            with self.assertRefused("3 from this pool this week.* limit is 3"):
                self._claim(self.sam, customers[3])
        # Monday, ten past midnight
        with freeze_time("2026-03-08 16:10:00"):
            self._claim(self.sam, customers[3])

    def test_newcomers(self):
        """New staff has a limit of its own in the first days, and not later.

        Covers: P06.
        """
        self.pool.write(
            {"claim_per_day": 1, "newcomer_days": 30, "newcomer_claim_per_day": 3}
        )
        customers = self._several(6)
        self._claim(self.sam, *customers[:3])
        with self.assertRefused("limit is 3"):
            self._claim(self.sam, customers[3])
        self.env.cr.execute(
            "UPDATE res_users SET create_date = create_date - interval '30 days'"
            " WHERE id = %s",
            (self.sue.id,),
        )
        self.env.invalidate_all()
        self._claim(self.sue, customers[3])
        with self.assertRefused("limit is 1"):
            self._claim(self.sue, customers[4])

    def test_team_of_former_owner(self):
        """Where the pool says so, the team of a former owner is excluded as well.

        Covers: P06.
        """
        self.pool.exclude_previous_owner_days = 30
        customer = self._customer(self.sam)
        self._lose(self.sam, customer)
        self.pool.exclude_previous_owner_team = True
        with self.assertRefused("Sam, who is in a team with Sue, owned"):
            self._claim(self.sue, customer)
        self._claim(self.tom, customer)
        with self.assertRefused("the team cannot get it back before"):
            customer.with_user(self.tom).action_transfer(self.sue.id)
        self.pool.exclude_previous_owner_team = False
        customer.with_user(self.tom).action_transfer(self.sue.id)
        with self.assertRefused("cannot get it back before"):
            customer.with_user(self.sue).action_transfer(self.sam.id)

    def test_holdings_of_batches(self):
        """A batch that may be split is filled up; others are refused as a whole.

        Covers: P06.
        """
        self.pool.holding_limit = 3
        self._customer(self.sam, "第一家")
        customers = self._several(4)
        with self.assertRefused("no room for 4 more"):
            customers.with_user(self.boss).action_transfer(self.sam.id)
        result = self._seen(customers[:1] | customers[1:], self.sam).action_claim()
        self.assertEqual(len(result["claimed"]), 2)
        self.assertIn("owns 3 customers", result["refused"][0]["reason"])
        result = self._seen(customers, self.other_manager).action_assign(self.sam.id)
        self.assertFalse(result["assigned"])

    def test_sharing_takes_no_room(self):
        """Working on somebody's customer is not owning it.

        Covers: P06.
        """
        self.pool.holding_limit = 1
        self._customer(self.sam, "第一家")
        self._share(self._customer(self.tom), self.sam, "write")

    def test_smallest_limit(self):
        """The smallest limit among one's pools holds; those of others do not.

        Covers: P06.
        """
        self.pool.holding_limit = 5
        self.other_pool.holding_limit = 1
        self.assertEqual(self.sam._crm_holding_limit(), (5, self.pool.id))
        self.other_pool.member_user_ids = [Command.link(self.sam.id)]
        self.assertEqual(self.sam._crm_holding_limit(), (1, self.other_pool.id))
        self.other_pool.holding_limit = 0
        self.assertEqual(self.sam._crm_holding_limit(), (5, self.pool.id))
        self.assertEqual(self.manager._crm_holding_limit(), (0, 0))

    # ------------------------------------------------------------
    # FORMER OWNERS
    # ------------------------------------------------------------

    def test_cooldown(self):
        """Whoever gave a customer up waits before claiming it again; others do not.

        Covers: P06.
        """
        self.pool.cooldown_days = 3
        customer = self._customer(self.sam)
        self._lose(self.sam, customer)
        with self.assertRefused("gave up .* yourself"):
            self._claim(self.sam, customer)
        self._claim(self.sue, customer)
        self._lose(self.sue, customer)
        self._claim(self.sam, customer)
        self._lose(self.sam, customer)
        self._shift(customer, days=3, seconds=1)
        self._claim(self.sam, customer)

    def test_former_owner_at_any_depth(self):
        """A gives to B, B releases: A may not claim either.

        Covers: P06.
        """
        self.pool.exclude_previous_owner_days = 30
        customer = self._customer(self.sam)
        customer.with_user(self.sam).action_transfer(self.sue.id)
        self._lose(self.sue, customer)
        for user in (self.sam, self.sue):
            with self.assertRefused("cannot get it back before"):
                self._claim(user, customer)
        self._claim(self.tom, customer)

    def test_times_in_refusals(self):
        """Times in refusals are those of the reader's clock.

        Covers: P06.
        """
        self.pool.cooldown_days = 1
        with freeze_time("2026-03-02 15:30:00"):
            customer = self._customer(self.sam)
            self._lose(self.sam, customer)
            with self.assertRefused("from 2026-03-03 23:30 on"):
                self._claim(self.sam, customer)

    def test_exclusion_ends(self):
        """Covers: P06."""
        self.pool.exclude_previous_owner_days = 30
        customer = self._customer(self.sam)
        self._lose(self.sam, customer)
        self._shift(customer, days=29)
        with self.assertRaises(UserError):
            self._claim(self.sam, customer)
        self._shift(customer, days=1, seconds=1)
        self._claim(self.sam, customer)

    def test_no_present(self):
        """A releases, B claims, B gives it to A: refused through every door of B.

        Covers: P06.
        """
        self.pool.exclude_previous_owner_days = 30
        customer = self._customer(self.sam)
        self._lose(self.sam, customer)
        self._claim(self.sue, customer)
        theirs = customer.with_user(self.sue)
        with self.assertRefused("cannot get it back before"):
            theirs.action_transfer(self.sam.id)
        with self.assertRefused("cannot get it back before"):
            theirs.user_id = self.sam
        # nor over a third person, nor by the manager
        theirs.action_transfer(self.tom.id)
        for user in (self.tom, self.manager):
            with self.assertRefused("cannot get it back before"):
                customer.with_user(user).action_transfer(self.sam.id)
        self.assertEqual(customer.user_id, self.tom)
        self._shift(customer, days=31)
        customer.with_user(self.tom).action_transfer(self.sam.id)

    def test_transfers_without_a_pool(self):
        """Colleagues who never used a pool may give customers to and fro.

        Covers: P06.
        """
        self.pool.exclude_previous_owner_days = 30
        customer = self._customer(self.sam)
        customer.with_user(self.sam).action_transfer(self.sue.id)
        customer.with_user(self.sue).action_transfer(self.sam.id)
        self.assertEqual(customer.user_id, self.sam)

    def test_authority_may_give_back(self):
        """The boss, and administrators of the pool, correct a hasty release.

        Covers: P03, P06.
        """
        self.pool.exclude_previous_owner_days = 30
        for actor in (self.other_manager, self.boss):
            customer = self._customer(self.sam)
            self._lose(self.sam, customer)
            self._seen(customer, actor).action_assign(self.sam.id)
            self.assertOutOfPool(customer, self.sam)
            # back in rightful hands, it may be lent out and returned
            customer.with_user(self.sam).action_transfer(self.sue.id)
            customer.with_user(self.sue).action_transfer(self.sam.id)
        customer = self._customer(self.sam)
        self._lose(self.sam, customer)
        with self.assertRefused("cannot get it back before"):
            self._seen(customer, self.manager).action_assign(self.sam.id)

    def test_limits_of_the_pool_as_it_is(self):
        """A changed limit holds from the next claim on.

        Covers: P06.
        """
        customers = self._several(3)
        self._claim(self.sam, customers[0])
        self.pool.claim_per_day = 1
        with self.assertRaises(UserError):
            self._claim(self.sam, customers[1])
        self.pool.claim_per_day = 2
        self._claim(self.sam, customers[1])
        self.assertTrue(fields.Datetime.now())
