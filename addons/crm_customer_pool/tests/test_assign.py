from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common import PoolCase


@tagged("post_install", "-at_install")
class TestAssign(PoolCase):
    def _assign(self, actor, user, *customers):
        ids = [customer.id for customer in customers]
        rows = self.env["crm.pool.customer"].with_user(actor).browse(ids)
        return rows.action_assign(user.id, "新区域")

    def test_assign(self):
        """An administrator gives pooled customers to a member, who is told.

        Covers: P03, P09.
        """
        first, second = self._pooled("甲公司"), self._pooled("乙公司")
        before = self.env["mail.message"].search([], order="id desc", limit=1).id
        result = self._assign(self.other_manager, self.sam, first, second)
        self.assertEqual(set(result["assigned"]), set((first | second).ids))
        for customer in first | second:
            self.assertOutOfPool(customer, self.sam)
        move = self._moves(first)[0]
        self.assertEqual(
            (move.kind, move.to_user_id, move.actor_id, move.reason, move.pool_id),
            ("assign", self.sam, self.other_manager, "新区域", self.pool),
        )
        message = self.env["mail.message"].search([("id", ">", before)])
        self.assertEqual(message.notified_partner_ids, self.sam.partner_id)
        self.assertIn("甲公司", message.body)

    def test_who_may_assign(self):
        """Administrators to members and subordinates, managers to subordinates.

        Covers: P03.
        """
        for actor, user, allowed in (
            (self.boss, self.xia, True),
            (self.boss, self.boss, True),
            (self.other_manager, self.sam, True),
            (self.other_manager, self.xia, True),
            (self.other_manager, self.manager, False),
            (self.other_manager, self.other_manager, False),
            (self.manager, self.sam, True),
            (self.manager, self.tom, True),
            (self.manager, self.xia, False),
            (self.manager, self.manager, False),
            (self.director, self.sam, True),
            (self.assistant, self.sam, False),
            (self.sam, self.sue, False),
            (self.sam, self.sam, False),
            (self.xia, self.sam, False),
            (self.employee, self.sam, False),
        ):
            with self.subTest(actor=actor.login, user=user.login):
                customer = self._pooled()
                if allowed:
                    self._assign(actor, user, customer)
                    self.assertOutOfPool(customer, user)
                else:
                    with self.assertRaises(UserError):
                        self._assign(actor, user, customer)
                    self.assertInPool(customer)

    def test_refusals(self):
        """Each customer of a batch is decided on its own.

        Covers: P03.
        """
        taken, free, foreign = (
            self._pooled("甲公司"),
            self._pooled("乙公司"),
            self._pooled("丙公司", self.other_pool),
        )
        self._claim(self.sam, taken)
        result = self._assign(self.manager, self.sue, taken, free, foreign)
        self.assertEqual(result["assigned"], free.ids)
        self.assertEqual(
            [row["id"] for row in result["refused"]], [taken.id, foreign.id]
        )
        with self.assertRefused("Sam has already claimed"):
            self._assign(self.manager, self.sue, taken)
        with self.assertRefused("Choose the colleague"):
            self._seen(foreign, self.boss).action_assign(0)
        with self.assertRefused("cannot own customers"):
            self._assign(self.boss, self.employee, foreign)

    def test_owner_written_by_the_boss(self):
        """The boss who writes an owner on a pooled customer assigns it.

        Covers: P03, P09.
        """
        written, moved, owned = (
            self._pooled("甲公司"),
            self._pooled("乙公司"),
            self._customer(self.tom, "丙公司"),
        )
        written.with_user(self.boss).user_id = self.sam
        self.assertOutOfPool(written, self.sam)
        self.assertEqual(self._moves(written)[0].kind, "assign")
        self.assertEqual(self._moves(written)[0].pool_id, self.pool)
        (moved | owned).with_user(self.boss).action_transfer(self.sue.id, "调整")
        self.assertOutOfPool(moved, self.sue)
        self.assertEqual(owned.user_id, self.sue)
        self.assertEqual(self._moves(moved)[0].kind, "assign")
        self.assertEqual(self._moves(owned)[0].kind, "transfer")
        self.assertFalse(self._moves(owned)[0].pool_id)
        pooled = self._pooled("丁公司")
        for user in (self.sam, self.manager, self.other_manager):
            with self.subTest(user.login), self.assertRaises(AccessError):
                pooled.with_user(user).user_id = user
        with self.assertRefused("release the customer"):
            owned.with_user(self.boss).user_id = False

    def test_wizard(self):
        """The dialog offers the people that may get the customers.

        Covers: P03.
        """
        customer = self._pooled()
        action = self._seen(customer, self.manager).action_open_assign()
        Wizard = (
            self.env["crm.pool.assign"]
            .with_user(self.manager)
            .with_context(**action["context"])
        )
        form = Form(Wizard)
        offered = form.allowed_user_ids[:]
        self.assertEqual(
            {user.id for user in offered} & set(self.everybody.ids),
            set((self.sam | self.sue | self.tom).ids),
        )
        form.user_id = self.sue
        result = form.save().action_assign()
        self.assertEqual(result["params"]["type"], "success")
        self.assertOutOfPool(customer, self.sue)

    def test_wizard_of_an_administrator(self):
        """An administrator is offered the members of the pool.

        Covers: P03.
        """
        customer = self._pooled()
        wizard = (
            self.env["crm.pool.assign"]
            .with_user(self.other_manager)
            .create(
                {
                    "customer_ids": [Command.set(customer.ids)],
                    "user_id": self.sam.id,
                }
            )
        )
        allowed = wizard.sudo().allowed_user_ids & self.everybody
        self.assertEqual(allowed, self.sam | self.sue | self.tom | self.xia)

    def test_button(self):
        """Whoever may assign finds the button; a salesperson as administrator, too.

        Covers: P03.
        """

        def offered(user):
            Row = self.env["crm.pool.customer"].with_user(user)
            return [
                "action_open_assign" in Row.get_view(view_type=view)["arch"]
                for view in ("list", "form")
            ]

        self.assertEqual(offered(self.manager), [True, True])
        self.assertEqual(offered(self.sam), [False, False])
        self.pool.admin_ids = [Command.link(self.sam.id)]
        self.assertEqual(offered(self.sam), [True, True])
        self.assertEqual(offered(self.sue), [False, False])
