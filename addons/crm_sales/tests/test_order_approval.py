from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .order_common import OrderCase


@tagged("post_install", "-at_install")
class TestOrderApproval(OrderCase):
    """Discounts above the limit, approved by whoever may give them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        limits = cls.env["crm.discount.limit"]
        limits.create(
            [
                {"role": "salesperson", "percent": 10},
                {"role": "manager", "percent": 20},
                {"role": "director", "percent": 40},
            ]
        )
        cls.env["crm.approval.rule"].search(
            [("model", "=", "sale.order")]
        ).active = False

    def _submitted(self, discount=15):
        order = self._order(lines=[{"discount": discount}])
        order.with_user(self.sam).action_submit_approval("老客户")
        return order

    def test_nearest_who_may(self):
        """The nearest superior with the authority is asked. Covers: S11."""
        for discount, approver in ((15, self.manager), (30, self.director)):
            order = self._submitted(discount)
            approval = order.approval_id
            self.assertEqual(approval.sudo().waiting_user_ids, approver)
            with self.assertRaises(AccessError):
                order.with_user(self.sam).action_approval_approve()
            order.with_user(approver).action_approval_approve()
            self.assertFalse(order.with_user(self.sam).discount_notice)
            order.with_user(self.sam).action_quotation_sent()
            order.with_user(self.sam).action_confirm()
            self.assertEqual(order.state, "sale")

    def test_frozen(self):
        """Meanwhile prices, lines and the state are frozen. Covers: S11."""
        order = self._submitted()
        line = order.order_line
        for user in (self.sam, self.manager, self.boss, self.env.user):
            mine, row = order.with_user(user), line.with_user(user)
            for door in (
                lambda row=row: row.write({"discount": 12}),
                lambda row=row: row.write({"line_total": 1}),
                lambda row=row: row.unlink(),
                lambda mine=mine: mine.write({"state": "sent"}),
                lambda mine=mine: mine.write({"partner_id": self.customer.id}),
                lambda mine=mine: mine.write(
                    {"order_line": [Command.create({"product_id": self.product.id})]}
                ),
                mine.action_confirm,
                mine.action_cancel,
            ):
                with self.subTest(user=user.login), self.assertRaises(UserError):
                    door()
            with self.assertRaises(AccessError):
                mine.approval_state = "approved"
        order.with_user(self.sam).action_withdraw_approval()
        line.with_user(self.sam).discount = 5
        order.with_user(self.sam).action_quotation_sent()

    def test_changed_since(self):
        """What is changed after the approval is approved again. Covers: S11."""
        order = self._submitted()
        order.with_user(self.manager).action_approval_approve()
        line = order.order_line.with_user(self.sam)
        line.name = "数控机床，含运费"
        self.assertEqual(order.approval_state, "approved")
        # where price lists show discounts, a new quantity takes the old one back
        line.write({"product_uom_qty": 100, "discount": 15})
        self.assertEqual(order.approval_state, "outdated")
        with self.assertRaises(UserError):
            order.with_user(self.sam).action_quotation_sent()
        order.with_user(self.sam).action_submit_approval()
        order.with_user(self.manager).action_approval_approve()
        order.with_user(self.sam).action_confirm()
        # an order goes on: it is delivered and invoiced
        line.qty_delivered = 1
        order._create_invoices()
        with self.assertRaises(UserError):
            line.discount = 18
        line.with_user(self.manager).discount = 18

    def test_rejected(self):
        """A rejected quotation is changed and goes its way. Covers: S11."""
        order = self._submitted()
        order.with_user(self.manager).action_approval_reject("太低了")
        with self.assertRaises(UserError):
            order.with_user(self.sam).action_quotation_sent()
        order.order_line.with_user(self.sam).discount = 10
        order.with_user(self.sam).action_quotation_sent()
        with self.assertRaises(UserError):
            self._order().with_user(self.sam).action_submit_approval()

    def test_approver_beside_the_ranks(self):
        """By a rule somebody out of scope approves, who can read it. Covers: S11."""
        self.env["crm.approval.rule"].create(
            {
                "name": "大额折扣",
                "model": "sale.order",
                "state": "published",
                "level_ids": [
                    Command.create(
                        {
                            "name": "价格委员会",
                            "approver": "user",
                            "user_ids": [Command.set(self.other_manager.ids)],
                            "discount_from": 12,
                        }
                    )
                ],
            }
        )
        order = self._order(lines=[{"discount": 15}])
        self.assertBlind(self.other_manager, order)
        order.with_user(self.sam).action_submit_approval()
        self.env.invalidate_all()
        self.assertSees(self.other_manager, order)
        self.assertSees(self.other_manager, order.order_line)
        self.assertBlind(self.xia, order)
        order.with_user(self.other_manager).action_approval_approve()
        order.with_user(self.sam).action_quotation_sent()

    def test_changes_are_told(self):
        """Whoever is asked once more sees what was changed, by line. Covers: S11."""
        order = self._submitted(15)
        order.with_user(self.manager).action_approval_reject("太低了")
        order.with_user(self.sam).order_line.discount = 12
        order.with_user(self.sam).action_submit_approval()
        told = order.approval_id.with_user(self.manager).changes_html
        for text in ("太低了", "数控机床", "15", "12"):
            self.assertIn(text, told)
