from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .order_common import OrderCase

CODES = ["orders_confirmed", "orders_amount"]


@tagged("post_install", "-at_install")
class TestDeed(OrderCase):
    """What is sold is kept as of the moment it was sold."""

    def _figures(self):
        metrics = self.env["crm.metric"].with_user(self.boss)
        return {
            (value["code"], group["key"]): group["value"]
            for value in metrics.compute_values(CODES, group_by="user")
            for group in value["groups"]
        }

    def _share_out(self, order, *shares):
        order.with_user(self.sam).deed_split_ids = [
            Command.create({"user_id": user.id, "percent": percent})
            for user, percent in shares
        ]

    def test_alone(self):
        """A confirmed order is all its salesperson's. Covers: S15."""
        order = self._order()
        self.assertFalse(order.deed_at)
        order.with_user(self.sam).action_confirm()
        self.assertTrue(order.deed_at)
        self.assertEqual(
            (order.deed_user_id, order.deed_team_id), (self.sam, self.beijing)
        )
        split = order.deed_split_ids
        self.assertEqual(
            (split.user_id, split.percent, split.amount), (self.sam, 100, 1000)
        )
        self.assertEqual(split.team_id, self.beijing)
        self.assertTrue(self.customer.last_deal_at)

    def test_shares(self):
        """Shares lose no cent, and are whole. Covers: S15."""
        order = self._order(lines=[{"price_unit": 100.01}])
        self._share_out(order, (self.sam, 33.33), (self.sue, 33.33))
        with self.assertRaises(UserError):
            order.with_user(self.sam).action_confirm()
        self._share_out(order, (self.xia, 33.34))
        order.with_user(self.sam).action_confirm()
        amounts = order.deed_split_ids.sorted("id").mapped("amount")
        self.assertEqual(
            [round(amount, 2) for amount in amounts], [33.33, 33.34, 33.34]
        )
        teams = order.deed_split_ids.sorted("id").team_id
        self.assertEqual(teams, self.beijing | self.xia.crm_team_ids)

    def test_moving_everything_changes_no_figure(self):
        """Whoever takes over all customers takes no figure along. Covers: S15, B03."""
        other = self._customer(self.sam, name="华东机械")
        first, second = self._order(), self._order(customer=other)
        self._share_out(second, (self.sam, 40), (self.sue, 60))
        (first | second).with_user(self.sam).action_confirm()
        before = self._figures()
        self.assertEqual(before["orders_amount", self.sam.id], 1400)
        self.assertEqual(before["orders_amount", self.sue.id], 600)
        self.assertEqual(before["orders_confirmed", self.sam.id], 2)
        (self.customer | other).with_user(self.director).user_id = self.xia
        (first | second).with_user(self.boss).user_id = self.xia
        self.sam.crm_team_member_ids.with_user(self.boss).crm_team_id = self.south
        self.env.flush_all()
        self.assertEqual(self._figures(), before)
        self.assertEqual(first.deed_team_id, self.beijing)

    def test_sealed(self):
        """What was kept changes through no door. Covers: S15."""
        order = self._order()
        order.with_user(self.sam).action_confirm()
        split = order.deed_split_ids
        for user in (self.sam, self.boss, self.env.user):
            record, mine = order.with_user(user), split.with_user(user)
            for vals in ({"deed_user_id": user.id}, {"deed_at": "2020-01-01"}):
                with (
                    self.subTest(user=user.login, vals=vals),
                    self.assertRaises(AccessError),
                ):
                    record.write(vals)
            with self.assertRaises(AccessError):
                mine.user_id = self.sue
            with self.assertRaises(AccessError):
                mine.percent = 50
            with self.assertRaises(AccessError):
                mine.unlink()
            with self.assertRaises(AccessError):
                mine.create({"order_id": order.id, "user_id": self.sue.id})
            with self.assertRaises(AccessError):
                record.deed_split_ids = [Command.create({"user_id": self.sue.id})]
        with self.assertRaises(AccessError):
            self._order(deed_user_id=self.sue.id)
        open_one = self._order()
        mine = self.env["crm.deed.split"].with_user(self.sam)
        planned = mine.create({"order_id": open_one.id, "user_id": self.sam.id})
        with self.assertRaises(AccessError):
            planned.order_id = order
        for name in ("deed_at", "team_id", "amount"):
            with self.assertRaises(AccessError):
                planned[name] = self.beijing.id if name == "team_id" else "2020-01-01"

    def test_any_door(self):
        """A state that is written or imported is a deed as well. Covers: S15."""
        order = self._order()
        order.with_user(self.sam).write({"state": "sale"})
        made = self._order(state="sale")
        self.assertEqual((order | made).deed_split_ids.user_id, self.sam)
        self.assertEqual(len((order | made).deed_split_ids), 2)
        order.with_user(self.sam).write({"state": "sale"})
        self.assertEqual(len(order.deed_split_ids), 1)

    def test_taken_back(self):
        """A cancelled order is no figure; the plan is kept. Covers: S15."""
        order = self._order()
        self._share_out(order, (self.sam, 50), (self.sue, 50))
        order.with_user(self.sam).action_confirm()
        order.with_user(self.sam)._action_cancel()
        self.assertFalse(order.deed_at)
        self.assertFalse(self.customer.last_deal_at)
        self.assertNotIn(("orders_amount", self.sue.id), self._figures())
        order.with_user(self.sam).action_draft()
        self._share_out(order)
        order.with_user(self.sam).action_confirm()
        self.assertEqual(self._figures()["orders_amount", self.sue.id], 500)

    def test_amount_follows_the_order(self):
        """Figures follow the amount of the order, not its owner. Covers: S15."""
        order = self._order()
        order.with_user(self.sam).action_confirm()
        order.with_user(self.sam).order_line.product_uom_qty = 3
        self.assertEqual(order.deed_split_ids.amount, 3000)
