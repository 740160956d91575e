"""What customers give back: how much, why, and who decides."""

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.crm_base.tools.workflow import WORKFLOW_KEY

from .shop_case import ShopCase


@tagged("post_install", "-at_install")
class TestReturn(ShopCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason = cls.env.ref("crm_sales.dictionary_return_reason_quality")
        cls.other_reason = cls.env.ref("crm_sales.dictionary_return_reason_late")
        cls.customer = cls._customer(cls.sam)
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "user_id": cls.sam.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.wrench.id,
                            "product_uom_qty": 10,
                            "price_unit": 30,
                            "discount": 10,
                        }
                    ),
                    Command.create({"product_id": cls.drill.id, "price_unit": 399}),
                ],
            }
        )
        cls.order.action_confirm()
        cls.wrenches, cls.drills = cls.order.order_line

    def _return(self, quantity=2, user=None, line=None, **values):
        line = line or self.wrenches
        records = self.env["crm.return"].with_user(user or self.sam)
        return records.create(
            {
                "order_id": line.order_id.id,
                "reason_id": self.reason.id,
                "line_ids": [
                    Command.create({"order_line_id": line.id, "quantity": quantity})
                ],
                **values,
            }
        )

    def _refused(self, call, errors=UserError):
        with (
            self.assertRaises(errors),
            self.env.cr.savepoint(),
            mute_logger("odoo.sql_db"),
        ):
            call()
            self.env.flush_all()

    def test_whole_way(self):
        """Asked for, approved, back, refunded, each by who may. Covers: S18."""
        record = self._return()
        self.assertTrue(record.name.startswith("TH"))
        self.assertEqual(record.user_id, self.sam)
        self.assertAlmostEqual(record.amount, 54)
        self._refused(record.action_approve)
        self._refused(record.action_receive)
        mia = record.with_user(self.manager)
        mia.action_approve("同意")
        self.assertEqual(record.decided_by_id, self.manager)
        self._refused(mia.action_approve)
        self._refused(lambda: record.write({"reason_id": self.other_reason.id}))
        self._refused(lambda: record.line_ids.write({"quantity": 1}))
        self._refused(lambda: record.line_ids.unlink())
        record.action_receive()
        self._refused(record.action_cancel)
        self._refused(record.action_refund)
        mia.action_refund()
        self.assertEqual(record.state, "done")
        self.assertTrue(record.received_at and record.refunded_at)

    def test_refuse(self):
        """A refusal says why; the goods can be asked back again. Covers: S18."""
        record = self._return(10)
        self._refused(lambda: self._return(1))
        mia = record.with_user(self.manager)
        self._refused(mia.action_refuse)
        dialog = self.env["crm.return.decide"].with_user(self.manager)
        dialog.create(
            {"return_ids": record.ids, "decision": "refuse", "note": "已过期"}
        ).action_confirm()
        self.assertEqual((record.state, record.decision_note), ("refused", "已过期"))
        self._return(10)

    def test_not_more_than_sold(self):
        """All returns together are not more than the order. Covers: S18."""
        self._return(6)
        self._refused(lambda: self._return(5))
        record = self._return(4)
        self._refused(lambda: record.line_ids.write({"quantity": 4.5}))
        record.action_cancel()
        self.assertEqual(self.order._crm_returnable()[self.wrenches], 4)
        for wrong in (0, -1):
            self._refused(lambda wrong=wrong: self._return(wrong), Exception)

    def test_approved_as_sold_by_then(self):
        """What was cut from the order meanwhile is not approved. Covers: S18."""
        record = self._return(8)
        self.wrenches.sudo().product_uom_qty = 5
        self._refused(record.with_user(self.manager).action_approve)
        self.assertEqual(record.state, "requested")
        self._refused(record.action_approve, AccessError)
        self.assertTrue(record.browse().with_user(self.manager).action_approve())

    def test_only_of_the_order(self):
        """Of a draft, of another order or of nothing is no return. Covers: S18."""
        draft = self.order.copy()
        self._refused(lambda: self._return(1, line=draft.order_line[0]))
        self._refused(lambda: self._return(1, order_id=draft.id))
        self._refused(lambda: self._return(1, line_ids=[]))

    def test_of_the_counter(self):
        """Goods sold in a shop come back as well, unless reversed. Covers: S18."""
        order = self._post()
        self._return(1, line=order.order_line)
        other = self._post()
        self._reverse(other)
        self._refused(lambda: self._return(1, line=other.order_line))

    def test_workflow_fields(self):
        """Nobody writes the state, the number or the decision. Covers: B01, S18."""
        record = self._return().with_user(self.boss)
        for values in (
            {"state": "done"},
            {"name": "x"},
            {"decided_by_id": self.boss.id},
            {"refunded_at": "2026-01-01 00:00:00"},
            {"source": "portal"},
            {"amount": 1},
        ):
            self._refused(lambda values=values: record.write(values), AccessError)
            self._refused(
                lambda values=values: record.with_context(**{WORKFLOW_KEY: True}).write(
                    values
                ),
                AccessError,
            )
        self._refused(lambda: self._return(1, state="approved"), AccessError)

    def test_scope(self):
        """A return is reached as its order. Covers: B01, S18."""
        record = self._return()
        self.assertSees(self.manager, record)
        for user in (self.sue, self.xia, self.portal, self.employee):
            theirs = record.with_user(user)
            self.assertFalse(theirs.has_access("read"), user.login)
            with self.assertRaises(AccessError):
                theirs.action_receive()
            with self.assertRaises(AccessError):
                self._return(1, user)

    def test_form(self):
        """The form proposes what can still be returned. Covers: S18."""
        self._return(7)
        form = Form(
            self.env["crm.return"]
            .with_user(self.sam)
            .with_context(default_order_id=self.order.id)
        )
        form.reason_id = self.reason
        record = form.save()
        rest = {line.order_line_id: line.quantity for line in record.line_ids}
        self.assertEqual(rest, {self.wrenches: 3, self.drills: 1})
        self.assertEqual(self.order.with_user(self.sam).crm_return_count, 2)

    def test_analysis(self):
        """Reasons add up, by what was agreed to. Covers: S18."""
        self._return(2).with_user(self.manager).action_approve()
        self._return(1, line=self.drills, reason_id=self.other_reason.id)
        rows = self.env["crm.return.line"]._read_group(
            [("partner_id", "=", self.customer.id)], ["reason_id"], ["amount:sum"]
        )
        self.assertEqual(
            {reason: round(amount, 2) for reason, amount in rows},
            {self.reason: 54, self.other_reason: 399},
        )
        values = (
            self.env["crm.metric"]
            .with_user(self.sam)
            .compute_values(["returns", "returns_amount"])
        )
        self.assertIn("54", str(values))
