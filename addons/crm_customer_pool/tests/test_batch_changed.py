"""What changed since a batch stays as it is, and is listed."""

import random

from odoo.tests import tagged

from .batch_common import BatchCase


@tagged("post_install", "-at_install")
class TestBatchChanged(BatchCase):
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

    def test_queries(self):
        """Looking for what changed takes no query for each customer.

        Covers: P03.
        """

        def looked_at(kind, count):
            customers = self.env["res.partner"].concat(
                *(self._rich(f"{kind}{count}-{index}") for index in range(count))
            )
            if kind in ("claim", "assign"):
                customers.with_user(self.boss).action_release_to_pool(
                    self.pool.id, self.reason.id
                )
            # as at the end of a request: the log of changes waits for it
            self.env["crm.change.log"].flush_model()
            result, _owner = self._do(kind, customers)
            self.env["crm.change.log"].flush_model()
            batch = self._batch(result)
            moves = self.env["crm.owner.move"].search(
                [("batch_id", "=", result["batch_id"])]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertFalse(batch._crm_changed_since(moves))
            return self.env.cr.sql_log_count - before

        for kind in ("release", "transfer", "claim"):
            looked_at(kind, 1)
            self.assertEqual(looked_at(kind, 2), looked_at(kind, 6), kind)

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
