from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .contract_common import ContractCase


@tagged("post_install", "-at_install")
class TestContractReview(ContractCase):
    """Who approves a contract: by amount, type and discount, in several levels."""

    def _rule(self, *levels, **values):
        rule = (
            self.env["crm.approval.rule"]
            .with_user(self.director)
            .create(
                {
                    "name": "合同审批",
                    "model": "crm.contract",
                    "level_ids": [
                        Command.create({"name": f"第{number}级", **level})
                        for number, level in enumerate(levels, 1)
                    ],
                    **values,
                }
            )
        )
        rule.action_publish()
        return rule

    def _waits(self, contract, users):
        self.assertEqual(contract.approval_id.waiting_user_ids, users)

    def _approve(self, contract, user):
        contract.with_user(user).action_approval_approve()

    def test_levels(self):
        """Two levels from an amount on, a third by discount. Covers: S13."""
        # max is beside the ranks of sam: a colleague who checks discounts
        self._rule(
            {"approver": "superior"},
            {"approver": "superior", "steps_up": 2, "amount_from": 80_000},
            {
                "approver": "user",
                "user_ids": self.other_manager.ids,
                "discount_from": 20,
            },
        )
        small = self._contract(
            line_ids=[Command.create({"name": "配件", "price_unit": 500})]
        )
        small.with_user(self.sam).action_submit()
        self._waits(small, self.manager)
        self._approve(small, self.manager)
        self.assertEqual(small.state, "approved")
        large = self._contract()
        large.with_user(self.sam).line_ids.discount = 20
        large.with_user(self.sam).action_submit()
        self.assertEqual(large.amount_total, 80_000)
        with self.assertRaises(AccessError):
            self._approve(large, self.director)
        self._approve(large, self.manager)
        self._waits(large, self.director)
        self._approve(large, self.director)
        self._waits(large, self.other_manager)
        self.assertEqual(large.state, "review")
        # who is asked reads the contract and what it consists of, and changes nothing
        theirs = large.with_user(self.other_manager)
        self.assertEqual(theirs.line_ids.mapped("name"), ["数控机床"])
        self.assertEqual(len(theirs.party_ids), 2)
        self.assertTrue(theirs.approval_can_decide)
        with self.assertRaises(AccessError):
            theirs.note = "x"
        self.env.invalidate_all()
        self._approve(large, self.other_manager)
        self.assertEqual(large.state, "approved")
        self.assertEqual(large.archive_ids.kind, "approved")
        self.assertEqual(large.log_ids[0].user_id, self.other_manager)
        self.assertEqual(self.env["crm.approval.log"].verify(), [])

    def test_types(self):
        """Each type has its own rule. Covers: S13."""
        other = self.type.copy({"name": "框架协议", "code": False})
        self._rule(
            {"approver": "user", "user_ids": self.director.ids},
            domain=f"[('type_id', '=', {other.id})]",
        )
        frame = self._contract(type_id=other.id)
        sale = self._contract()
        (frame | sale).with_user(self.sam).action_submit()
        self._waits(frame, self.director)
        self._waits(sale, self.manager)

    def test_change(self):
        """Of a change only what it changes is approved. Covers: S13."""
        self._rule(
            {"approver": "superior"},
            {"approver": "superior", "steps_up": 2, "amount_from": 50_000},
        )
        contract = self._contract()
        contract.with_user(self.sam).action_submit()
        self._approve(contract, self.manager)
        self._approve(contract, self.director)
        contract.with_user(self.sam).action_sign("2026-01-01")
        small = self._change(contract, payment_terms="货到三十日内付款")
        small.with_user(self.sam).action_submit()
        rows = small.approval_id.summary
        self.assertIn("货到三十日内付款", str(rows))
        self._approve(small, self.manager)
        self.assertEqual(small.state, "approved")
        small.with_user(self.sam).action_cancel("重做")
        large = self._change(contract)
        large.with_user(self.sam).line_ids.quantity = 1
        large.with_user(self.sam).action_submit()
        self._approve(large, self.manager)
        self._waits(large, self.director)

    def test_behind_the_back(self):
        """What was changed beside the workflow is not approved. Covers: S13."""
        contract = self._contract()
        contract.with_user(self.sam).action_submit()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_contract_line SET price_unit = 1 WHERE contract_id = %s",
            contract.ids,
        )
        self.env.invalidate_all()
        with self.assertRaises(UserError):
            self._approve(contract, self.manager)
        self.assertEqual(contract.state, "review")

    def test_cancelled_under_review(self):
        """Given up by a superior, it waits for nobody any more."""
        contract = self._contract()
        contract.with_user(self.sam).action_submit()
        approval = contract.approval_id
        contract.with_user(self.manager).action_cancel("客户破产")
        self.assertEqual(contract.state, "cancelled")
        self.assertEqual(approval.state, "withdrawn")
        self.assertFalse(approval.waiting_user_ids)
        with self.assertRaises(UserError):
            self._approve(contract, self.manager)

    def test_approvals_are_no_door(self):
        """The fields of the approval open no contract either. Covers: S13."""
        contract = self._contract()
        for user in (self.sam, self.boss):
            for values in (
                {"approval_state": "approved"},
                {"approval_id": False},
                {"state": "approved"},
                {"date_sign": "2026-01-01"},
            ):
                with self.subTest(values=values), self.assertRaises(AccessError):
                    contract.with_user(user).write(values)
        with self.assertRaises(UserError):
            contract.with_user(self.sam).action_sign()

    def test_changes_after_a_refusal(self):
        """Whoever is asked again sees what was changed in the contract. Covers: S13."""
        contract = self._contract()
        contract.with_user(self.sam).action_submit()
        contract.with_user(self.manager).action_approval_reject("付款条件不行")
        mine = contract.with_user(self.sam)
        mine.write({"date_end": "2027-06-30", "payment_terms": "预付三成"})
        mine.line_ids.price_unit = 45_000
        mine.line_ids = [Command.create({"name": "安装", "price_unit": 3_000})]
        mine.action_submit()
        told = contract.approval_id.with_user(self.manager).changes_html
        for text in ("付款条件不行", "2027", "预付三成", "93,000", "45,000", "安装"):
            self.assertIn(text, told)
        self.assertNotIn("数控机床采购", told, "what stays is left out")
