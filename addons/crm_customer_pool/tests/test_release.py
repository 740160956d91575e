from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from odoo.addons.crm_base.models.res_users import HandoverModel

from .common import PoolCase


@tagged("post_install", "-at_install")
class TestRelease(PoolCase):
    def test_release(self):
        """The owner gives a customer up: family, shares, plans and activities go along.

        Covers: P03, P09.
        """
        customer = self._customer(self.sam)
        contact = self._contact(customer)
        retired = self._contact(customer, "李退休", active=False)
        self._share(customer, self.sue, "write")
        plan = self._followup(self.sam, customer, planned_at="2030-01-01 01:00:00")
        helpers = self._followup(self.manager, customer, name="经理陪访")
        done = self._followup(self.sam, customer, done=True, content="谈了价格和交期")
        activity = self.env["mail.activity"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": contact.id,
                "user_id": self.sam.id,
                "summary": "call",
            }
        )
        result = customer.with_user(self.sam).action_release_to_pool(
            self.pool.id, self.reason.id, "明年再说"
        )
        self.assertEqual(result["released"], 1)
        self.assertEqual(result["cancelled"], 3)
        self.assertInPool(customer)
        self.assertFalse(retired.user_id)
        self.assertEqual(customer.pool_former_owner_id, self.sam)
        self.assertEqual(customer.pool_reason_id, self.reason)
        self.assertViewers(customer | contact | retired, self.env["res.users"])
        self.assertFalse(customer.share_ids)
        self.assertEqual((plan | helpers).mapped("state"), ["cancelled"] * 2)
        self.assertIn("明年再说", plan.cancel_reason)
        self.assertFalse(customer.next_followup_at)
        self.assertEqual(done.state, "done")
        self.assertFalse(activity.active)
        self.assertLedger(
            customer, [("create", None, self.sam), ("release", self.sam, None)]
        )
        move = self._moves(customer)[0]
        self.assertEqual(move.pool_id, self.pool)
        self.assertEqual(move.reason_id, self.reason)
        self.assertEqual(move.reason, f"{self.reason.name}: 明年再说")
        self.assertEqual(move.batch_id, result["batch_id"])
        self.assertEqual(move.actor_id, self.sam)

    def test_reason(self):
        """A reason is required: of the list by id or code, or in words.

        Covers: P03.
        """
        customer = self._customer(self.sam).with_user(self.sam)
        level = self.env["crm.dictionary"].search(
            [("kind", "=", "customer_level")], limit=1
        )
        for nothing in (False, "", "  ", level.id, 0):
            with self.subTest(nothing), self.assertRaises(UserError):
                customer.action_release_to_pool(self.pool.id, nothing)
        with self.assertRefused("Choose the pool"):
            customer.action_release_to_pool(0, "x")
        customer.action_release_to_pool(self.pool.id, "no_budget")
        self.assertEqual(self._moves(customer.sudo())[0].reason_id.code, "no_budget")
        other = self._customer(self.sam, "另一家").with_user(self.sam)
        other.action_release_to_pool(self.pool.id, "客户要求换人")
        self.assertEqual(self._moves(other.sudo())[0].reason, "客户要求换人")
        self.assertFalse(other.sudo().pool_reason_id)

    def test_who_may_release(self):
        """Owner and superiors, into pools of theirs; a share is not enough.

        Covers: P03.
        """
        customer = self._customer(self.sam)
        self._share(customer, self.sue, "write")
        for user, pool, error in (
            (self.sue, self.pool, "Only the owner"),
            (self.xia, self.other_pool, "."),
            (self.sam, self.other_pool, "pools that you are a member"),
            (self.manager, self.pool, "pools that you are a member"),
        ):
            with self.subTest(user.login), self.assertRefused(error):
                customer.with_user(user).action_release_to_pool(pool.id, self.reason.id)
        self.pool.admin_ids = [Command.link(self.manager.id)]
        customer.with_user(self.manager).action_release_to_pool(
            self.pool.id, self.reason.id
        )
        self.assertInPool(customer)
        self.assertLedger(
            customer, [("create", None, self.sam), ("release", self.sam, None)]
        )

    def test_release_by_others_is_told(self):
        """Whoever loses customers to somebody else's decision is told, in one message.

        Covers: P03.
        """
        customers = self.env["res.partner"]
        for index in range(25):
            customers |= self._customer(self.sam, f"公司{index:02}")
        customers |= self._customer(self.sue, "苏的公司")
        before = self.env["mail.message"].search([], order="id desc", limit=1).id
        customers.with_user(self.boss).action_release_to_pool(self.pool.id, "调整")
        messages = self.env["mail.message"].search([("id", ">", before)])
        self.assertEqual(
            set(messages.notified_partner_ids),
            {self.sam.partner_id, self.sue.partner_id},
        )
        self.assertEqual(len(messages), 2)
        for message in messages:
            self.assertEqual(
                "苏的公司" in message.body,
                message.notified_partner_ids == self.sue.partner_id,
            )

    def test_twice(self):
        """What is in a pool is not released again.

        Covers: P03.
        """
        customer = self._pooled()
        with self.assertRefused("already in the pool"):
            customer.with_user(self.boss).action_release_to_pool(
                self.other_pool.id, self.reason.id
            )
        with self.assertRaises(AccessError):
            customer.with_user(self.manager).action_release_to_pool(
                self.pool.id, self.reason.id
            )
        self.assertEqual(len(self._moves(customer)), 2)

    def test_enter_without_owner(self):
        """A customer that nobody owns enters a pool by the boss.

        Covers: P03, P09.
        """
        customer = self._customer(self.boss)
        customer._crm_workflow().user_id = False
        with self.assertRaises(AccessError):
            customer.with_user(self.sam).action_release_to_pool(self.pool.id, "x")
        customer.with_user(self.boss).action_release_to_pool(self.pool.id, "名单导入")
        self.assertInPool(customer)
        move = self._moves(customer)[0]
        self.assertEqual((move.kind, move.pool_id), ("enter", self.pool))

    def test_archived_pool(self):
        """An archived pool takes nothing in.

        Covers: P01.
        """
        customer = self._customer(self.boss)
        self.pool.active = False
        with self.assertRefused("archived"):
            customer.with_user(self.boss).action_release_to_pool(self.pool.id, "x")

    def test_open_work_of_other_addons(self):
        """Open work that nobody ends keeps a customer out of the pool.

        Covers: P03.
        """
        customer = self._customer(self.sam)
        users = self.registry["res.users"]
        standard = users._crm_handover_models

        def with_banks(self):
            return [
                *standard(self),
                HandoverModel(
                    "res.partner.bank",
                    "create_uid",
                    [("active", "=", True)],
                    "partner_id",
                ),
            ]

        self.env["res.partner.bank"].create(
            {"acc_number": "6222 0000 0000", "partner_id": customer.id}
        )
        with (
            patch.object(users, "_crm_handover_models", with_banks),
            self.assertRefused("still open"),
        ):
            customer.with_user(self.sam).action_release_to_pool(self.pool.id, "x")
        self.assertEqual(customer.user_id, self.sam)

    def test_wizard(self):
        """The dialog of the customer list offers one's own pools and the reasons.

        Covers: P03.
        """
        customer = self._customer(self.sam)
        action = customer.with_user(self.sam).action_open_release()
        Wizard = (
            self.env["crm.pool.release"]
            .with_user(self.sam)
            .with_context(**action["context"])
        )
        form = Form(Wizard)
        self.assertEqual(form.pool_id, self.pool, "the only pool is proposed")
        form.reason_id = self.reason
        result = form.save().action_release()
        self.assertIn(self.pool.name, result["params"]["message"])
        self.assertInPool(customer)

    def test_new_contacts_follow(self):
        """A contact that comes to a pooled customer has no owner either.

        Covers: P10.
        """
        customer = self._pooled()
        contact = self.env["res.partner"].create(
            {"name": "李雷", "parent_id": customer.id, "phone": "13900001111"}
        )
        self.assertInPool(customer)
        self.assertViewers(contact, self.env["res.users"])
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.sam).create(
                {"name": "韩梅梅", "parent_id": customer.id}
            )
