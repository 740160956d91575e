"""Doors into and out of pools that no form has."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import PoolCase


@tagged("post_install", "-at_install")
class TestPoolDoors(PoolCase):
    def test_entered_with_work(self):
        """What is entered straight into a pool has no share, follower or open work.

        Covers: P12, P01.
        """
        activity = {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "user_id": self.boss.id,
            "summary": "打电话",
        }
        ids = self.pool.with_user(self.other_manager).create_customers(
            [
                {
                    "name": "名录公司",
                    "mobile": "13912345678",
                    "share_ids": [
                        Command.create({"user_id": self.tom.id, "mode": "read"})
                    ],
                    "activity_ids": [Command.create(activity)],
                    "followup_ids": [
                        Command.create(
                            {
                                "name": "打电话",
                                "user_id": self.other_manager.id,
                                "planned_at": "2030-01-01 01:00:00",
                            }
                        )
                    ],
                }
            ]
        )
        customer = self.env["res.partner"].browse(ids)
        self.env.invalidate_all()
        self.assertInPool(customer)
        self.assertFalse(customer.share_ids)
        self.assertFalse(customer.activity_ids)
        self.assertNotIn("planned", customer.followup_ids.mapped("state"))
        with self.assertRaises(AccessError):
            customer.with_user(self.tom).read(["mobile"])

    def test_former_owner_after_a_move(self):
        """Who gave a customer up does not get it from the pool that it is moved to.

        Covers: P06.
        """
        self.other_pool.write(
            {
                "exclude_previous_owner_days": 30,
                "member_user_ids": [Command.link(self.sam.id)],
            }
        )
        customer = self._customer(self.sam)
        self._lose(self.sam, customer)
        self._seen(customer, self.other_manager).action_move(self.other_pool.id)
        with self.assertRefused("cannot get it back"):
            self._claim(self.sam, customer)
        self._claim(self.xia, customer)
        with self.assertRefused("cannot get it back"):
            customer.with_user(self.xia).action_transfer(self.sam.id)

    def test_former_owner_by_a_merge(self):
        """What somebody gave up does not come back inside another customer.

        Covers: P06.
        """
        self.pool.exclude_previous_owner_days = 30
        gone, kept = self._customer(self.sam, "甲"), self._customer(self.sam, "乙")
        self._lose(self.sam, gone)
        self._claim(self.sue, gone)
        for user, refused in ((self.manager, True), (self.boss, False)):
            wizard = (
                self.env["base.partner.merge.automatic.wizard"]
                .with_user(user)
                .create(
                    {
                        "partner_ids": [Command.set((kept | gone).ids)],
                        "dst_partner_id": kept.id,
                    }
                )
            )
            with self.acting(user):
                if refused:
                    with self.assertRefused("cannot get it back"):
                        wizard.action_merge()
                else:
                    wizard.action_merge()
        self.assertFalse(gone.exists())

    def test_same_level_again(self):
        """A level that is written but not changed needs no room.

        Covers: P06.
        """
        level = self.env["crm.dictionary"].search(
            [("kind", "=", "customer_level")], limit=1
        )
        customers = self.env["res.partner"].concat(
            *(
                self._customer(self.sam, name, customer_level_id=level.id)
                for name in "甲乙"
            )
        )
        self.pool.level_limit_ids = [Command.create({"level_id": level.id, "limit": 1})]
        values = {"customer_level_id": level.id, "comment": "重要"}
        customers.with_user(self.sam).write(values)
        other = self._customer(self.sam, "丙")
        with self.assertRefused("no room"):
            (customers | other).with_user(self.sam).write(values)

    def test_other_company(self):
        """Nobody takes, gives or looks at a customer of a company out of reach.

        Covers: P02, P10.
        """
        self.pool.company_id = False
        self.pool.view_allowed = "members"
        customer = self._pooled(mobile="13912345678")
        customer.company_id = self.env["res.company"].create({"name": "另一家"})
        for user, call in (
            (self.sam, lambda row: row.action_claim()),
            (self.sam, lambda row: row.action_view_contact("要打电话")),
            (self.other_manager, lambda row: row.action_assign(self.sam.id)),
            (self.other_manager, lambda row: row.action_move(self.other_pool.id)),
        ):
            with self.assertRefused("no pool that you may take it from"):
                call(self._seen(customer, user))
        self.assertInPool(customer)

    def test_new_owner_of_another_company(self):
        """Who does not see a customer does not get it, by whatever door.

        Covers: P02, P03.
        """
        company = self.env["res.company"].create({"name": "另一家"})
        self.pool.company_id = False
        self.boss.sudo().company_ids = [Command.link(company.id)]
        customer = self._pooled()
        customer.company_id = company
        with self.assertRefused("does not work for"):
            self._seen(customer, self.boss).action_assign(self.sam.id)

    def test_hostile_arguments(self):
        """What is no number, no text or too large is no server error.

        Covers: P04, P12.
        """
        pools = self.pool.with_user(self.other_manager)
        for hostile in ("x", [1], {"a": 1}, 2**70, -5, float("inf"), "9" * 40):
            self.assertIsInstance(
                pools.preview_recycle("2030-01-01", hostile, hostile), list
            )
        rows = self._pooled("甲", self.other_pool) | self._pooled("乙", self.other_pool)
        for hostile in ({"a": 1}, [1], 7, None):
            result = self._seen(rows, self.other_manager).action_move(
                self.other_pool.id, hostile
            )
            self.assertEqual(len(result["refused"]), 2)
            customer = self._customer(self.sam).with_user(self.sam)
            moved = customer.action_transfer(self.tom.id, hostile)
            batch = self.env["crm.pool.batch"].search(
                [("batch_id", "=", moved["batch_id"])]
            )
            self.assertFalse(batch.reason)

    def test_undo_of_what_is_no_customer_any_more(self):
        """A customer that became an ordinary contact is listed, not an error.

        Covers: P03.
        """
        customer = self._pooled()
        result = self._claim(self.sam, customer)
        customer.with_user(self.boss).write({"is_crm_customer": False})
        told = self.env["crm.pool"].with_user(self.boss).action_undo(result["batch_id"])
        self.assertEqual(len(told["refused"]), 1)
