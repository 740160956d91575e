from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .contract_common import ContractCase


@tagged("post_install", "-at_install")
class TestContractChange(ContractCase):
    """Changes of what is signed, and what follows it."""

    def test_change(self):
        """A change is reviewed and signed on its own, then it holds. Covers: S13."""
        contract = self._signed()
        text = contract.text
        change = self._change(contract)
        mine = change.with_user(self.sam)
        self.assertEqual(change.number, f"{contract.number}-2")
        self.assertEqual(change.line_ids.origin_id, contract.line_ids)
        self.assertIn("Nothing differs", change.changes_html)
        with self.assertRaisesRegex(UserError, "Nothing is changed"):
            mine.action_submit()
        mine.line_ids.quantity = 3
        mine.date_end = "2027-06-30"
        mine.line_ids = [
            Command.create({"name": "安装调试", "quantity": 1, "price_unit": 8000})
        ]
        # what is in force is untouched, also while the change is reviewed
        self.assertEqual((contract.amount_total, contract.text), (100_000, text))
        self.assertEqual(change.amount_total, 158_000)
        shown = change.changes_html
        for word in ("数控机床", "150,000", "安装调试", "06/30", "2027", "added"):
            self.assertIn(word, shown)
        self.assertNotIn("Currency", shown)
        mine.action_submit()
        with self.assertRaises(AccessError):
            mine.action_approval_approve()
        change.with_user(self.manager).action_approval_approve()
        self.assertEqual(contract.version, 1)
        mine.action_sign("2026-03-01")
        self.assertEqual(contract.version, 2)
        self.assertEqual(contract.amount_total, 158_000)
        self.assertEqual(str(contract.date_end), "2027-06-30")
        self.assertEqual(contract.line_ids.mapped("quantity"), [3, 1])
        self.assertIn("158,000", contract.text)
        self.assertEqual(contract.state, "executing")
        last, first = contract.version_ids
        self.assertEqual((first.version, last.version), (1, 2))
        self.assertEqual(last.amount_delta, 58_000)
        self.assertEqual(last.reason, "客户追加数量")
        self.assertEqual(len(last.changes), 5)
        self.assertIn("安装调试", last.changes_html)
        self.assertEqual(first.snapshot["fields"]["amount_total"], "$\xa0100,000.00")
        self.assertEqual(change.archive_ids.version, 2)

    def test_one_at_a_time(self):
        """One change is under way at a time; the button opens it. Covers: S13."""
        contract = self._signed()
        change = self._change(contract)
        self.assertEqual(self._change(contract), change)
        with self.assertRaises(UserError):
            change.with_user(self.sam).action_change()
        with self.assertRaises(AccessError):
            contract.with_user(self.sue).action_change()
        with self.assertRaises(UserError):
            change.with_user(self.sam).partner_id = self._customer(self.sam, "伯韵")
        with self.assertRaises(AccessError):
            self._contract().with_user(self.sam).origin_id = contract
        change.with_user(self.sam).action_cancel("客户改变主意")
        again = self._change(contract)
        self.assertNotEqual(again.number, change.number)
        contract.with_user(self.sam).action_done("已完成")
        self.assertEqual(again.state, "cancelled")
        with self.assertRaises(UserError):
            self._change(contract)

    def test_rows_gone(self):
        """Rows that a change leaves out are gone, what is delivered is not."""
        contract = self._contract()
        mine = contract.with_user(self.sam)
        mine.delivery_plan_ids = [
            Command.create(
                {"name": f"第{i}批", "quantity": 1, "date_due": "2026-05-01"}
            )
            for i in (1, 2)
        ]
        self._signed(contract)
        first, second = contract.delivery_plan_ids.sorted("id")
        self.env["crm.contract.delivery"].with_user(self.sam).create(
            {"plan_id": first.id, "quantity": 1}
        )
        change = self._change(contract).with_user(self.sam)
        change.delivery_plan_ids.unlink()
        with self.assertRaisesRegex(UserError, "delivered already"):
            change.action_submit()
        change.delivery_plan_ids = [
            Command.create({"name": "第一批", "quantity": 1, "date_due": "2026-05-01"})
        ]
        with self.assertRaisesRegex(UserError, "delivered already"):
            change.action_submit()
        change.action_cancel("重做")
        change = self._change(contract).with_user(self.sam)
        change.delivery_plan_ids.filtered(lambda p: p.origin_id == second).unlink()
        self._signed(change.with_env(self.env))
        self.assertEqual(contract.delivery_plan_ids, first)
        self.assertFalse(second.exists())
        self.assertEqual(contract.delivered_ratio, 100)

    def test_delivered_meanwhile(self):
        """What was delivered while a change was reviewed is not undone by it."""
        contract = self._contract()
        plan = {"name": "一批", "quantity": 2, "date_due": "2026-05-01"}
        contract.with_user(self.sam).delivery_plan_ids = [Command.create(plan)]
        self._signed(contract)
        change = self._change(contract)
        change.with_user(self.sam).delivery_plan_ids.quantity = 1
        self._approved(change)
        self.env["crm.contract.delivery"].with_user(self.sam).create(
            {"plan_id": contract.delivery_plan_ids.id, "quantity": 2}
        )
        with self.assertRaisesRegex(UserError, "delivered already"):
            change.with_user(self.sam).action_sign()

    def test_renewal(self):
        """A renewal follows, once, for the same time again. Covers: S13."""
        contract = self._contract()
        contract.with_user(self.sam).collection_plan_ids = [
            Command.create({"phase": "全款", "percent": 100, "date_due": "2026-02-01"})
        ]
        with self.assertRaises(UserError):
            contract.with_user(self.sam).action_renew()
        self._signed(contract)
        action = contract.with_user(self.sam).action_renew()
        renewal = self.env["crm.contract"].browse(action["res_id"])
        self.assertEqual(renewal.previous_id, contract)
        self.assertEqual(contract.next_id, renewal)
        self.assertEqual(str(renewal.date_start), "2027-01-01")
        self.assertEqual(str(renewal.date_end), "2027-12-31")
        self.assertEqual(renewal.amount_total, 100_000)
        self.assertFalse(renewal.collection_plan_ids.date_due)
        self.assertEqual(renewal.collection_plan_ids.amount, 100_000)
        again = contract.with_user(self.sam).action_renew()
        self.assertEqual(again["res_id"], renewal.id)
        renewal.with_user(self.sam).action_cancel("客户不续")
        self.assertFalse(contract.is_renewed)
        with self.assertRaises(UserError):
            renewal.with_user(self.sam).previous_id = False

    def test_deliveries(self):
        """Deliveries are recorded while it is in force. Covers: S14."""
        contract = self._contract()
        plan = {"quantity": 4, "date_due": "2026-05-01", "name": "机床"}
        contract.with_user(self.sam).delivery_plan_ids = [Command.create(plan)]
        plan = contract.delivery_plan_ids.with_user(self.sam)
        deliveries = self.env["crm.contract.delivery"].with_user(self.sam)
        with self.assertRaises(UserError):
            deliveries.create({"plan_id": plan.id, "quantity": 1})
        self._signed(contract)
        self.assertTrue(plan.is_overdue)
        overdue = plan.search([("is_overdue", "=", True)])
        self.assertEqual(overdue, plan)
        values = plan.action_record_delivery()["context"]
        self.assertEqual(values["default_quantity"], 4)
        with self.assertRaises(AccessError):
            deliveries.with_user(self.sue).create({"plan_id": plan.id, "quantity": 1})
        one = deliveries.create({"plan_id": plan.id, "quantity": 1, "receiver": "库管"})
        self.assertEqual((plan.progress, contract.delivered_ratio), ("partial", 25))
        with self.assertRaises(UserError):
            deliveries.create({"plan_id": plan.id, "quantity": 4})
        with self.assertRaisesRegex(UserError, "Not everything"):
            contract.with_user(self.sam).action_done()
        deliveries.create({"plan_id": plan.id, "quantity": 3})
        self.assertEqual((plan.progress, plan.is_overdue), ("done", False))
        contract.with_user(self.sam).action_done()
        with self.assertRaises(UserError):
            one.unlink()

    def test_payment(self):
        """How far it is paid follows from the invoices of its orders. Covers: S14."""
        contract = self._contract()
        contract.with_user(self.sam).collection_plan_ids = [
            Command.create({"phase": "首付", "percent": 30, "date_due": "2026-01-31"}),
            Command.create({"phase": "尾款", "percent": 70, "date_due": "2099-01-31"}),
        ]
        self.assertEqual(contract.payment_state, "none")
        self._signed(contract)
        self.assertEqual(contract.payment_state, "overdue")
        self.assertEqual(contract.residual_amount, 100_000)
        for collected, state in ((30_000, "partial"), (99_999, "overdue")):
            contract.collection_plan_ids._crm_workflow().write(
                {"date_due": "2026-01-31"}
            )
            if state == "partial":
                contract.collection_plan_ids[1]._crm_workflow().date_due = "2099-01-31"
            today = contract.date_sign.replace(year=2026, month=6)
            self.assertEqual(contract._crm_payment_state(collected, today), state)
        self.assertEqual(
            contract._crm_payment_state(100_000, contract.date_end), "paid"
        )
