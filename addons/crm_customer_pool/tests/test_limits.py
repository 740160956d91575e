from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

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
        self.assertIn("claimed 3 customers", result["refused"][0]["reason"])
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

    def _doors(self):
        """Return every way in which sam may get one more customer."""
        Partner = self.env["res.partner"]

        def by_import():
            result = (
                Partner.with_user(self.sam)
                .with_context(import_file=True)
                .load(["name", "is_crm_customer"], [["导入公司", "1"]])
            )
            if not result["ids"]:
                raise UserError(result["messages"][0]["message"])

        def by_mark():
            contact = Partner.create({"name": "普通联系人", "user_id": self.sam.id})
            contact.with_user(self.boss).is_crm_customer = True

        def by_restore():
            customer = self._customer(self.boss)
            customer.active = False
            customer.with_user(self.boss).action_transfer(self.sam.id)
            customer.with_user(self.sam).action_unarchive()

        return {
            "create": lambda: self._customer(self.sam),
            "create by the boss": lambda: self._customer(
                self.boss, user_id=self.sam.id
            ),
            "import": by_import,
            "mark": by_mark,
            "write": lambda: (
                self._customer(self.tom)
                .with_user(self.tom)
                .write({"user_id": self.sam.id})
            ),
            "write by the boss": lambda: (
                self._customer(self.tom)
                .with_user(self.boss)
                .write({"user_id": self.sam.id})
            ),
            "transfer": lambda: (
                self._customer(self.tom)
                .with_user(self.tom)
                .action_transfer(self.sam.id)
            ),
            "claim": lambda: self._claim(self.sam, self._pooled()),
            "assign": lambda: self._seen(
                self._pooled(), self.other_manager
            ).action_assign(self.sam.id),
            "assign by write": lambda: (
                self._pooled().with_user(self.boss).write({"user_id": self.sam.id})
            ),
            "restore": by_restore,
        }

    def test_holdings_through_every_door(self):
        """At the limit less one, each door lets one in; at the limit, none.

        Covers: P06.
        """
        self.pool.holding_limit = 3
        self._customer(self.sam, "第一家")
        self._customer(self.sam, "第二家")
        self.assertEqual(self.sam._crm_held_count(), 2)
        for name, door in self._doors().items():
            with self.subTest(name):
                point = self.env.cr.savepoint()
                door()
                self.assertEqual(self.sam._crm_held_count(), 3, name)
                with self.assertRefused("may own 3"):
                    door()
                point.close(rollback=True)
                self.env.invalidate_all()

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
