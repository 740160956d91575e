import hashlib
import random
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from odoo.addons.crm_base.tests.processes import ProcessCase

from .common import PoolCase

# columns that tell how a row came to be, not what it is
TECHNICAL = ("id", "create_uid", "create_date", "write_uid", "write_date")
# the tables of what a batch may change, and the column that leads to the customer
TABLES = {
    "res_partner": "crm_customer_id",
    "crm_followup": "partner_id",
    "mail_activity": "res_id",
    "mail_followers": "res_id",
    "crm_share": "partner_id",
}


class BatchCase(PoolCase):
    def _rows(self, customers):
        """Return all that is stored of customers and what hangs on them."""
        # as at the end of a request: the log of changes waits for it
        self.env["crm.change.log"].flush_model()
        self.env.flush_all()
        family = customers._crm_family().ids
        told = []
        for table, column in TABLES.items():
            self.env.cr.execute(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = %s AND column_name NOT IN %s ORDER BY 1",
                (table, TECHNICAL),
            )
            columns = [name for (name,) in self.env.cr.fetchall()]
            ids = customers.ids if table in ("res_partner", "crm_share") else family
            found = self.env.execute_query(
                SQL(
                    "SELECT %s FROM %s WHERE %s IN %s",
                    SQL(", ").join(SQL.identifier(name) for name in columns),
                    SQL.identifier(table),
                    SQL.identifier(column),
                    tuple(ids) or (0,),
                )
            )
            told += sorted(
                str({"": table, **dict(zip(columns, row, strict=True))})
                for row in found
            )
        return told

    def _hash(self, customers):
        return hashlib.sha256("\n".join(self._rows(customers)).encode()).hexdigest()

    def assertAsBefore(self, before, customers):
        """Everything stored of customers is what it was."""
        after = self._rows(customers)
        self.assertEqual(
            [row for row in after if row not in before],
            [row for row in before if row not in after],
        )
        self.assertEqual(before, after)

    def _rich(self, name, owner=None):
        """Return a customer with a contact, plans, an activity, a share, followers."""
        owner = owner or self.sam
        customer = self._customer(owner, name, mobile="13812340000")
        contact = self._contact(customer, f"{name}联系人")
        self._followup(owner, customer)
        self._followup(owner, customer, done=True, content="谈了价格和交期，下周再约")
        for partner in (customer, contact):
            self.env["mail.activity"].create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": partner.id,
                    "user_id": owner.id,
                    "summary": "打电话",
                }
            )
        self._share(customer, self.tom, "write")
        customer.message_subscribe(self.tom.partner_id.ids)
        self.env.flush_all()
        self.env.invalidate_all()
        return customer

    @classmethod
    def _customer(cls, *args, **values):
        customer = super()._customer(*args, **values)
        cls.env["crm.change.log"].flush_model()
        return customer

    def _undo(self, result, user=None):
        return (
            self.env["crm.pool"]
            .with_user(user or self.boss)
            .action_undo(result["batch_id"])
        )

    def _batch(self, result):
        return self.env["crm.pool.batch"].search(
            [("batch_id", "=", result["batch_id"])]
        )


@tagged("post_install", "-at_install")
class TestBatch(BatchCase):
    def test_release(self):
        """A release taken back restores owner, shares, plans, activities, followers.

        Covers: P03.
        """
        customers = self._rich("甲") | self._rich("乙")
        before = self._rows(customers)
        result = customers.with_user(self.sam).action_release_to_pool(
            self.pool.id, self.reason.id
        )
        self.assertInPool(customers[0])
        batch = self._batch(result)
        self.assertRecordValues(
            batch,
            [
                {
                    "kind": "release",
                    "user_id": self.sam.id,
                    "pool_id": self.pool.id,
                    "total": 2,
                    "done_count": 2,
                    "refused_count": 0,
                    "state": "done",
                }
            ],
        )
        undone = self._undo(result, self.sam)
        self.assertEqual(sorted(undone["undone"]), sorted(customers.ids))
        self.assertFalse(undone["refused"])
        self.assertAsBefore(before, customers)
        self.assertEqual(batch.state, "undone")
        self.assertRecordValues(
            self._batch(undone),
            [{"kind": "undo", "undo_of_id": batch.id, "done_count": 2}],
        )
        self.assertEqual(
            customers[0].owner_move_ids.sorted("id").mapped("kind"),
            ["create", "release", "undo"],
        )

    def test_claim_and_assign(self):
        """Claims and assignments taken back leave customers waiting as before.

        Covers: P02, P03.
        """
        customers = self._pooled("甲") | self._pooled("乙")
        before = self._rows(customers)
        result = self._claim(self.sam, *customers)
        self.assertFalse(self._undo(result)["refused"])
        self.assertAsBefore(before, customers)
        self.assertInPool(customers[0])
        result = self._seen(customers, self.other_manager).action_assign(self.sam.id)
        self.assertFalse(self._undo(result, self.other_manager)["refused"])
        self.assertAsBefore(before, customers)

    def test_transfer(self):
        """A transfer taken back returns the open work with the customers.

        Covers: P03.
        """
        customers = self._rich("甲") | self._rich("乙")
        for with_open in (True, False):
            before = self._rows(customers)
            result = customers.with_user(self.sam).action_transfer(
                self.tom.id, "休假", with_open
            )
            self.assertFalse(self._undo(result, self.sam)["refused"])
            self.assertAsBefore(before, customers)

    def test_lock_comes_back(self):
        """What a release ended of a lock holds again.

        Covers: P03, P07.
        """
        customer = self._customer(self.sam)
        request = customer.with_user(self.sam).action_lock(9, "投标")["request_ids"]
        lock = self.env["crm.pool.lock"].browse(request)
        lock.with_user(self.other_manager).action_approve()
        before = self._rows(customer)
        result = customer.with_user(self.sam).action_release_to_pool(
            self.pool.id, self.reason.id
        )
        self.assertFalse(customer.pool_locked_until)
        self._undo(result)
        self.assertAsBefore(before, customer)

    def test_undone_claim_is_no_claim(self):
        """An undone claim does not count against the day; giving back still does.

        Covers: P06.
        """
        self.pool.claim_per_day = 2
        customers = [self._pooled(f"公司{index}") for index in range(4)]
        result = self._claim(self.sam, *customers[:2])
        with self.assertRefused("limit is 2"):
            self._claim(self.sam, customers[2])
        self._undo(result, self.manager)
        self._claim(self.sam, customers[2])
        self._claim(self.sam, customers[3])
        with self.assertRefused("limit is 2"):
            self._claim(self.sam, customers[0])

    def test_who_undoes(self):
        """Claims are not undone by the claimant, batches of others by superiors.

        Covers: P03.
        """
        result = self._claim(self.sam, self._pooled())
        with self.assertRaises(AccessError):
            self._undo(result, self.sam)
        # a batch out of sight does not exist
        for user in (self.sue, self.xia):
            with self.assertRaises(UserError):
                self._undo(result, user)
        self._undo(result, self.manager)
        with self.assertRefused("undone already"):
            self._undo(result, self.manager)
        customer = self._customer(self.sam, "丙")
        result = customer.with_user(self.sam).action_transfer(self.tom.id)
        batch = self._batch(result)
        batch._crm_workflow().done_at = fields.Datetime.now() - timedelta(hours=25)
        with self.assertRaises(AccessError):
            self._undo(result, self.sam)
        undo = self._undo(result, self.manager)
        with self.assertRaises(AccessError):
            self._undo(undo, self.boss)

    def test_hostile(self):
        """No argument gets further than a refusal, and nobody writes a batch.

        Covers: P03.
        """
        result = (
            self._customer(self.sam).with_user(self.sam).action_transfer(self.tom.id)
        )
        for batch_id in ("", "nope", None, False, 7, [1], {"a": 1}, "%"):
            with self.assertRaises(UserError):
                self._undo({"batch_id": batch_id})
        batch = self._batch(result)
        for user in (self.sam, self.boss):
            with self.assertRaises(AccessError):
                batch.with_user(user).write({"state": "undone"})
            with self.assertRaises(AccessError):
                batch.with_user(user).unlink()
            with self.assertRaises(AccessError):
                batch.create({"batch_id": "x", "kind": "claim"})
            with self.assertRaises(AccessError):
                self.env["crm.owner.move"].with_user(user).create({"before": {}})

    def test_smuggled_past(self):
        """What a customer was like is remembered by the system, not by the caller.

        Covers: P03.
        """
        customer = self._customer(self.sam)
        forged = {str(customer.id): {"values": {"pool_id": self.other_pool.id}}}
        result = (
            customer.with_user(self.sam)
            .with_context(crm_pool_before=forged, by_partner=forged)
            .action_release_to_pool(self.pool.id, self.reason.id)
        )
        move = customer.owner_move_ids.sorted("id")[-1]
        self.assertFalse(move.before["values"]["pool_id"])
        self._undo(result)
        self.assertOutOfPool(customer, self.sam)

    def test_changed_since(self):
        """What somebody changed, moved or worked on since stays, and is listed.

        Covers: P03.
        """
        changes = {
            "has moved since": lambda customer: customer.with_user(
                self.sue
            ).action_transfer(self.tom.id),
            "has been changed since, by Sue": lambda customer: customer.with_user(
                self.sue
            ).write({"comment": "重要"}),
            "been changed since": lambda customer: self._contact(customer, "新联系人"),
            "has been changed since": lambda customer: self._followup(
                self.sue, customer
            ),
            "been working": lambda customer: customer.with_user(
                self.sue
            ).activity_schedule("mail.mail_activity_data_todo", user_id=self.sue.id),
        }
        customers = [self._pooled(f"公司{index}") for index in range(len(changes) + 1)]
        result = self._claim(self.sue, *customers)
        for customer, change in zip(customers, changes.values(), strict=False):
            change(customer)
        told = self._undo(result)
        self.assertEqual(told["undone"], customers[-1].ids)
        reasons = {row["id"]: row["reason"] for row in told["refused"]}
        for customer, text in zip(customers, changes, strict=False):
            self.assertIn(text, reasons[customer.id])
        self.assertEqual(len(self._batch(told).row_ids), len(changes))
        # what was refused may be tried again, and is still as it was changed
        self.assertEqual(len(self._undo(result)["refused"]), len(changes))

    def test_deleted_since(self):
        """A customer that was deleted is listed, and holds nothing up.

        Covers: P03.
        """
        customers = self._customer(self.sam, "甲") | self._customer(self.sam, "乙")
        result = customers.with_user(self.sam).action_transfer(self.tom.id)
        customers[0].with_user(self.boss).unlink()
        told = self._undo(result)
        self.assertEqual(told["undone"], customers[1].ids)

    def test_no_room(self):
        """An undo is a door like any other: nobody gets more than the limit.

        Covers: P03, P06.
        """
        customers = self._customer(self.sam, "甲") | self._customer(self.sam, "乙")
        result = customers.with_user(self.sam).action_release_to_pool(
            self.pool.id, self.reason.id
        )
        self.pool.holding_limit = 2
        self._customer(self.sam, "丙")
        told = self._undo(result)
        self.assertEqual(len(told["undone"]), 1)
        self.assertIn("may own 2", told["refused"][0]["reason"])

    def test_no_trace_for_exclusion(self):
        """Whoever released by mistake and took it back is no former owner.

        Covers: P06.
        """
        self.pool.exclude_previous_owner_days = 30
        customer = self._customer(self.sam)
        result = customer.with_user(self.sam).action_release_to_pool(
            self.pool.id, self.reason.id
        )
        self._undo(result)
        customer.with_user(self.sam).action_transfer(self.sue.id)
        customer.with_user(self.sue).action_transfer(self.sam.id)
        self.assertEqual(customer.user_id, self.sam)

    def test_refusals_are_kept(self):
        """A batch tells what became of each customer.

        Covers: P02, P03.
        """
        self.pool.claim_per_day = 1
        customers = self._pooled("甲") | self._pooled("乙")
        result = self._claim(self.sam, *customers)
        batch = self._batch(result).with_user(self.sam)
        self.assertRecordValues(
            batch, [{"total": 2, "done_count": 1, "refused_count": 1, "kind": "claim"}]
        )
        self.assertEqual(batch.row_ids.customer_res_id, customers[1].id)
        self.assertIn("limit is 1", batch.row_ids.reason)

    def test_random_batches(self):
        """Whatever was done and changed since: unchanged ones are as before.

        Covers: P02, P03.
        """
        dice = random.Random(11)
        for _round in range(12):
            customers = self.env["res.partner"].concat(
                *(self._rich(f"随机{_round}-{index}") for index in range(4))
            )
            kind = dice.choice(("release", "transfer", "claim", "assign"))
            if kind in ("claim", "assign"):
                customers.with_user(self.boss).action_release_to_pool(
                    self.pool.id, self.reason.id
                )
            before = {customer: self._hash(customer) for customer in customers}
            result, owner = self._do(kind, customers)
            changed = {
                customer
                for customer in customers
                if dice.random() < 0.5 and self._change(dice, customer, owner)
            }
            after = {customer: self._hash(customer) for customer in customers}
            told = self._undo(result)
            self.assertEqual(
                sorted(told["undone"]),
                sorted(one.id for one in customers if one not in changed),
                kind,
            )
            for customer in customers:
                expected = after if customer in changed else before
                self.assertEqual(self._hash(customer), expected[customer], kind)

    def _do(self, kind, customers):
        """Make a batch; return what it told and who owns the customers then."""
        if kind == "release":
            return customers.with_user(self.sam).action_release_to_pool(
                self.pool.id, self.reason.id
            ), None
        if kind == "transfer":
            return customers.with_user(self.sam).action_transfer(self.tom.id), self.tom
        if kind == "claim":
            return self._claim(self.sue, *customers), self.sue
        return self._seen(customers, self.other_manager).action_assign(
            self.tom.id
        ), self.tom

    def _change(self, dice, customer, owner):
        """Change a customer somehow; return True."""
        if not owner:
            self._claim(self.sue, customer)
            return True
        theirs = customer.with_user(owner)
        dice.choice(
            (
                lambda: theirs.write({"comment": f"改 {dice.random()}"}),
                lambda: theirs.action_transfer(
                    self.sue.id if owner != self.sue else self.sam.id
                ),
                lambda: self._contact(customer, "新人"),
                lambda: self._followup(
                    owner, customer, done=True, content="又谈了一次价格"
                ),
                lambda: theirs.activity_schedule(
                    "mail.mail_activity_data_todo", user_id=owner.id
                ),
                lambda: theirs.action_release_to_pool(self.pool.id, self.reason.id),
            )
        )()
        return True


@tagged("post_install", "-at_install")
class TestUndoConcurrency(ProcessCase):
    def _remove(self, user_ids, customer_ids, pool_id):
        self.remove(partner_ids=customer_ids)
        with self.committed() as env:
            env.cr.execute("DELETE FROM crm_pool_batch WHERE pool_id = %s", (pool_id,))
            env["crm.pool"].browse(pool_id).unlink()
        self.remove(user_ids=user_ids)

    def test_undo_beside_claims(self):
        """A release is taken back while five claim from it: each goes to one person.

        Covers: P02, P03.
        """
        with self.committed() as env:
            users = env["res.users"]
            for index in range(6):
                users |= new_test_user(
                    env,
                    login=f"undoer_{index}",
                    name=f"Undoer {index}",
                    groups="crm_base.group_salesperson",
                )
            pool = env["crm.pool"].create(
                {
                    "name": "并发撤销",
                    "member_user_ids": users.ids,
                    "company_id": False,
                    "tz": "Asia/Shanghai",
                }
            )
            customers = (
                env["res.partner"]
                .with_user(users[0])
                .create(
                    [
                        {"name": f"撤销客户{index}", "is_crm_customer": True}
                        for index in range(12)
                    ]
                )
            )
            result = customers.action_release_to_pool(pool.id, "并发")
            ids = users.ids, customers.ids, pool.id
        self.addCleanup(self._remove, *ids)
        context = {"lang": "en_US"}
        calls = [
            (
                (ids[0][0], "crm.pool", "action_undo"),
                {"args": [result["batch_id"]], "context": context},
            )
        ] + [
            (
                (user_id, "crm.pool.customer", "action_claim"),
                {"ids": ids[1][index * 2 : index * 2 + 3], "context": context},
            )
            for index, user_id in enumerate(ids[0][1:])
        ]
        answers = self.workers(6).race(calls)
        given = {}
        for (_args, _kwargs), answer in zip(calls, answers, strict=True):
            result = answer.get("result") or {}
            for key in ("undone", "claimed"):
                for id_ in result.get(key, ()):
                    self.assertNotIn(id_, given, answers)
                    given[id_] = _args[0]
        with self.committed() as env:
            owners = {
                one.id: one.user_id.id for one in env["res.partner"].browse(ids[1])
            }
        self.assertEqual(
            {id_: owner for id_, owner in owners.items() if owner}, given, answers
        )
        self.assertTrue(given)
