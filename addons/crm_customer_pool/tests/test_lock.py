from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from odoo.addons.crm_base.tests.processes import ProcessCase

from .common import PoolCase


class LockCase(PoolCase):
    def _ask(self, customers, user=None, days=10, reason="投标到月底"):
        """Ask for locks; return the requests as the system sees them."""
        result = customers.with_user(user or self.sam).action_lock(days, reason)
        return self.env["crm.pool.lock"].browse(result["request_ids"])

    def _locked(self, name="锁定公司", owner=None, days=10):
        """Return a customer with a lock that the administrator of the pool granted."""
        customer = self._customer(owner or self.sam, name)
        self._ask(customer, owner, days).with_user(self.other_manager).action_approve()
        return customer


@tagged("post_install", "-at_install")
class TestLock(LockCase):
    def test_request_and_approval(self):
        """A lock protects from the approval on, and the ledger says who and why.

        Covers: P07.
        """
        customer = self._customer(self.sam)
        request = self._ask(customer)
        self.assertFalse(customer.pool_locked_until)
        self.assertRecordValues(
            request,
            [
                {
                    "state": "requested",
                    "owner_id": self.sam.id,
                    "requester_id": self.sam.id,
                    "pool_id": self.pool.id,
                    "days": 10,
                }
            ],
        )
        with freeze_time("2026-03-02 04:00:00"):
            request.with_user(self.other_manager).action_approve("好")
        self.assertEqual(
            customer.pool_locked_until, fields.Datetime.to_datetime("2026-03-12 04:00")
        )
        self.assertEqual(request.state, "approved")
        self.assertEqual(request.decided_by_id, self.other_manager)
        move = customer.owner_move_ids.sorted("id")[-1]
        self.assertRecordValues(
            move,
            [
                {
                    "kind": "lock",
                    "to_user_id": self.sam.id,
                    "from_user_id": False,
                    "pool_id": self.pool.id,
                    "reason": "投标到月底",
                    "actor_id": self.other_manager.id,
                }
            ],
        )

    def test_not_by_oneself(self):
        """Neither who asked nor who owns decides; superiors and administrators do.

        Covers: P07.
        """
        customer = self._customer(self.sam)
        request = self._ask(customer, self.manager)
        for user in (self.sam, self.manager):
            with self.assertRaises(AccessError):
                request.with_user(user).action_approve()
        with self.assertRaises(AccessError):
            request.with_user(self.xia).action_approve()
        request.with_user(self.boss).action_approve()
        self.assertTrue(customer.pool_locked_until)
        # the boss asks for the boss's own: somebody else decides
        self.pool.member_user_ids += self.boss
        theirs = self._customer(self.boss, "老板客户")
        request = self._ask(theirs, self.boss)
        with self.assertRaises(AccessError):
            request.with_user(self.boss).action_approve()
        request.with_user(self.other_manager).action_approve()

    def test_who_asks(self):
        """Only the owner and superiors ask; somebody who borrowed it does not.

        Covers: P07.
        """
        customer = self._customer(self.sam)
        self._share(customer, self.sue, "write")
        for user in (self.sue, self.tom):
            with self.assertRaises(AccessError):
                self._ask(customer, user)
        for days in (0, -3, "many", True, None, 1.5):
            with self.assertRaises(UserError):
                self._ask(customer, days=days)
        for reason in ("", "  ", None, 7, ["x"]):
            with self.assertRaises(UserError):
                self._ask(customer, reason=reason)

    def test_nothing_is_written_past_the_methods(self):
        """Requests and locks are changed by their methods alone, also by the boss.

        Covers: P07.
        """
        customer = self._customer(self.sam)
        request = self._ask(customer)
        for user in (self.sam, self.other_manager, self.boss):
            for values in ({"state": "approved"}, {"days": 999}, {"reason": "x"}):
                with self.assertRaises(AccessError):
                    request.with_user(user).write(values)
            with self.assertRaises(AccessError):
                request.with_user(user).unlink()
            with self.assertRaises(AccessError):
                self.env["crm.pool.lock"].with_user(user).create(
                    {"partner_id": customer.id, "partner_name": "x"}
                )
        for user in (self.sam, self.boss):
            with self.assertRaises(AccessError):
                customer.with_user(user).pool_locked_until = "2030-01-01 00:00:00"
        with self.assertRaises(AccessError):
            self._customer(self.sam, pool_locked_until="2030-01-01 00:00:00")

    def test_decided_once(self):
        """A decision stands: no second approval, no refusal after it.

        Covers: P07.
        """
        customer = self._customer(self.sam)
        request = self._ask(customer)
        with self.assertRefused("asked for already"):
            self._ask(customer)
        request.with_user(self.other_manager).action_approve()
        until = customer.pool_locked_until
        for action in ("action_approve", "action_refuse"):
            with self.assertRefused("decided already"):
                getattr(request.with_user(self.boss), action)()
        with self.assertRefused("decided already"):
            request.with_user(self.sam).action_withdraw()
        self.assertEqual(customer.pool_locked_until, until)
        again = self._ask(customer, days=20)
        again.with_user(self.other_manager).action_refuse("够了")
        self.assertEqual(customer.pool_locked_until, until)
        with self.assertRaises(AccessError):
            self._ask(customer).with_user(self.sue).action_withdraw()

    def test_limits(self):
        """Days and number of locks are limited by the pools of the owner.

        Covers: P07.
        """
        self.pool.write({"lock_limit": 2, "lock_days_max": 30})
        with self.assertRefused("30 days at most, not for 31"):
            self._ask(self._customer(self.sam), days=31)
        self._locked("一")
        second, third = self._customer(self.sam, "二"), self._customer(self.sam, "三")
        with self.assertRefused("locked 1 customers and may lock 2.* 2 more"):
            self._ask(second | third)
        requests = self._ask(second) | self._ask(third)
        requests[0].with_user(self.boss).action_approve()
        with self.assertRefused("locked 2 customers and may lock 2"):
            requests[1].with_user(self.boss).action_approve()
        second.with_user(self.sam).action_unlock()
        requests[1].with_user(self.boss).action_approve()
        # the limit is the person's, not the pool's
        self._locked("别人的", self.sue)

    def test_no_pool_no_lock(self):
        """Who is in no pool loses nothing to one.

        Covers: P07.
        """
        with self.assertRefused("member of no pool"):
            self._ask(self._customer(self.manager), self.manager)

    def test_locked_ones_stay(self):
        """A superior's batch leaves locked customers where they are, and says so.

        Covers: P03, P07.
        """
        locked = self._locked()
        other = self._customer(self.sam, "另一家")
        both = (locked | other).with_user(self.boss)
        result = both.action_release_to_pool(self.pool.id, self.reason.id)
        self.assertEqual(result["released"], 1)
        self.assertEqual([row["id"] for row in result["refused"]], locked.ids)
        self.assertIn("is locked until", result["refused"][0]["reason"])
        self.assertInPool(other)
        self.assertEqual(locked.user_id, self.sam)
        with self.assertRefused("is locked until"):
            locked.with_user(self.boss).action_release_to_pool(
                self.pool.id, self.reason.id
            )
        # the owner gives up what is the owner's, and the lock with it
        locked.with_user(self.sam).action_release_to_pool(self.pool.id, self.reason.id)
        self.assertInPool(locked)
        self.assertFalse(locked.pool_locked_until)

    def test_unlock(self):
        """The owner, superiors and administrators of the pool unlock early.

        Covers: P07.
        """
        for user in (self.sam, self.manager, self.other_manager, self.boss):
            customer = self._locked(f"锁 {user.login}")
            for stranger in (self.sue, self.xia):
                for door in (customer, customer.pool_lock_ids):
                    with self.assertRaises(AccessError):
                        door.with_user(stranger).action_unlock()
            door = customer.pool_lock_ids if user == self.other_manager else customer
            self.assertEqual(door.with_user(user).action_unlock("提前"), 1)
            self.assertFalse(customer.pool_locked_until)
            self.assertEqual(customer.pool_lock_ids.state, "ended")
            self.assertEqual(customer.owner_move_ids.sorted("id")[-1].kind, "unlock")
        self.assertEqual(customer.with_user(self.sam).action_unlock(), 0)

    def test_expiry(self):
        """A lock ends by itself: free, or into the pool, as the pool says.

        Covers: P07.
        """
        free = self._locked("到期自由")
        with freeze_time(fields.Datetime.now() + timedelta(days=11)):
            self.assertFalse(free._crm_locked())
        self._age(free)
        self._run_cron("crm_customer_pool.ir_cron_expire_locks")
        self.assertFalse(free.pool_locked_until)
        self.assertEqual(free.user_id, self.sam)
        self.assertEqual(free.pool_lock_ids.state, "ended")
        self._run_cron("crm_customer_pool.ir_cron_expire_locks")
        self.assertLedgerKinds(free, ["create", "lock", "unlock"])
        self.pool.lock_expiry = "release"
        gone = self._locked("到期入池")
        early = self._locked("还没到", days=60)
        self._age(gone)
        self._run_cron("crm_customer_pool.ir_cron_expire_locks")
        self.assertInPool(gone)
        self.assertLedgerKinds(gone, ["create", "lock", "unlock", "release"])
        self.assertEqual(early.user_id, self.sam)
        self.assertTrue(early.pool_locked_until)

    def _age(self, customer):
        """Let the lock of a customer have run out."""
        past = fields.Datetime.now() - timedelta(hours=1)
        customer.pool_lock_ids._crm_workflow().write({"until": past})
        customer._crm_workflow().write({"pool_locked_until": past})

    def assertLedgerKinds(self, customer, kinds):
        self.assertEqual(customer.owner_move_ids.sorted("id").mapped("kind"), kinds)

    def test_lock_ends_with_the_ownership(self):
        """What was granted to one owner is not another's; requests end as well.

        Covers: P07.
        """
        customer = self._locked()
        asked = self._customer(self.sam, "还在申请")
        request = self._ask(asked)
        (customer | asked).with_user(self.sam).action_transfer(self.sue.id)
        self.assertFalse(customer.pool_locked_until)
        with self.assertRefused("belongs to somebody else"):
            request.with_user(self.boss).action_approve()
        again = self._ask(asked, self.sue)
        self.assertEqual(request.state, "cancelled")
        asked.with_user(self.sue).action_transfer(self.sam.id)
        self._run_cron("crm_customer_pool.ir_cron_expire_locks")
        self.assertEqual(again.state, "cancelled")

    def test_who_sees_requests(self):
        """Requests are seen by who asked, owners, superiors and administrators.

        Covers: P07.
        """
        request = self._ask(self._customer(self.sam))
        self.assertViewers(
            request,
            self.sam
            | self.manager
            | self.director
            | self.boss
            | self.other_manager
            | self._assistants(request),
        )

    def _assistants(self, request):
        """Return those of the cast who assist a superior of the owner."""
        return (
            self.assistant
            if self.sam.id in (self.assistant._crm_scope_ids("read") or ())
            else self.env["res.users"]
        )


@tagged("post_install", "-at_install")
class TestLockConcurrency(ProcessCase):
    def _remove(self, user_ids, customer_ids, pool_id):
        self.remove(partner_ids=customer_ids)
        with self.committed() as env:
            env["crm.pool"].browse(pool_id).unlink()
        self.remove(user_ids=user_ids)

    def test_two_approvers(self):
        """Six administrators grant one request at once: one effect, five are told.

        Covers: P07.
        """
        with self.committed() as env:
            users = env["res.users"]
            for index in range(7):
                users |= new_test_user(
                    env,
                    login=f"locker_{index}",
                    name=f"Locker {index}",
                    groups="crm_base.group_salesperson",
                )
            pool = env["crm.pool"].create(
                {
                    "name": "并发锁定",
                    "member_user_ids": users[:1].ids,
                    "admin_ids": users[1:].ids,
                    "company_id": False,
                    "tz": "Asia/Shanghai",
                }
            )
            customer = (
                env["res.partner"]
                .with_user(users[0])
                .create({"name": "并发锁定客户", "is_crm_customer": True})
            )
            request_ids = customer.action_lock(5, "并发")["request_ids"]
            ids = users.ids, customer.ids, pool.id
        self.addCleanup(self._remove, *ids)
        workers = self.workers(6)
        answers = workers.race(
            [
                (
                    (user_id, "crm.pool.lock", "action_approve"),
                    {"ids": request_ids, "context": {"lang": "en_US"}},
                )
                for user_id in ids[0][1:]
            ]
        )
        granted = [answer for answer in answers if answer.get("result") == 1]
        told = [
            answer
            for answer in answers
            if "decided already" in str(answer.get("message"))
        ]
        self.assertEqual((len(granted), len(told)), (1, 5), answers)
        with self.committed() as env:
            moves = env["crm.owner.move"].search(
                [("partner_id", "in", ids[1]), ("kind", "=", "lock")]
            )
            self.assertEqual(len(moves), 1)
