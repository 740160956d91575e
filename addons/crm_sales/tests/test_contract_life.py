from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .contract_common import ContractCase


@tagged("post_install", "-at_install")
class TestContractLife(ContractCase):
    """From the draft to the end, and no path around it."""

    def _doors(self, contract, user):
        """Yield functions, each of which edits a contract through another door."""
        mine = contract.with_user(user)
        line, party = mine.line_ids, mine.party_ids[0]
        yield "write", lambda: mine.write({"name": "别的"})
        yield "lines", lambda: mine.write({"line_ids": [Command.clear()]})
        yield "line", lambda: line.write({"price_unit": 1})
        yield "amount", lambda: line.write({"amount": 1})
        yield "new line", lambda: line.create({"contract_id": mine.id, "name": "赠品"})
        yield "delete line", line.unlink
        yield "party", lambda: party.write({"name": "别人"})
        yield (
            "plan",
            lambda: mine.collection_plan_ids.create(
                {"contract_id": mine.id, "phase": "首付", "amount": 1}
            ),
        )
        yield (
            "delivery",
            lambda: mine.delivery_plan_ids.create(
                {"contract_id": mine.id, "name": "一", "date_due": "2026-05-01"}
            ),
        )
        yield "text", lambda: mine.write({"text": "<p>别的</p>"})
        yield "body", lambda: mine.write({"body": "<p>别的</p>"})
        yield "state", lambda: mine.write({"state": "draft"})
        yield "delete", mine.unlink
        yield "files", lambda: mine.write({"file_ids": [Command.create({"name": "a"})]})
        yield "parties", mine.action_refresh_parties
        yield "system", lambda: contract.sudo().write({"amount_total": 1})
        yield (
            "import",
            lambda: self._load(mine, ["id", "name"], [["__export__.c", "别的"]]),
        )

    def _load(self, contract, names, rows):
        self.env["ir.model.data"].create(
            {
                "module": "__export__",
                "name": "c",
                "model": contract._name,
                "res_id": contract.id,
            }
        )
        messages = contract.load(names, rows)["messages"]
        if messages:
            raise UserError(messages[0]["message"])

    def _assert_frozen(self, contract):
        for user in (self.sam, self.manager, self.boss):
            for door, edit in self._doors(contract, user):
                with (
                    self.subTest(door=door, user=user.login, state=contract.state),
                    # refusals of access are among them
                    self.assertRaises(UserError),
                ):
                    edit()
                self.env.invalidate_all()

    def test_frozen(self):
        """From the submission on nobody edits, through no door. Covers: S13."""
        contract = self._contract()
        text = contract.text
        contract.with_user(self.sam).action_submit()
        self._assert_frozen(contract)
        contract.with_user(self.manager).action_approval_approve()
        self._assert_frozen(contract)
        contract.with_user(self.sam).action_sign("2026-01-02")
        self._assert_frozen(contract)
        contract.with_user(self.sam).action_done("客户已验收")
        self._assert_frozen(contract)
        self.assertEqual(contract.text, text)
        kinds = contract.log_ids.sorted("id").mapped("kind")
        self.assertEqual(kinds, ["submit", "approve", "sign", "start", "done"])

    def test_free(self):
        """What is no part of the contract is edited in any state."""
        contract = self._signed()
        contract.with_user(self.sam).note = "客户要求先发货"
        contract.with_user(self.sam).message_post(body="已电话确认")
        contract.with_user(self.manager).user_id = self.sue
        self.assertEqual(contract.line_ids.user_id, self.sue)

    def test_review(self):
        """Nobody approves what is one's own, and no colleague does. Covers: S13."""
        contract = self._contract()
        with self.assertRaisesRegex(UserError, "not submitted"):
            contract.with_user(self.manager).action_approval_approve()
        contract.with_user(self.sam).action_submit()
        for user in (self.sam, self.sue, self.xia, self.other_manager, self.assistant):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                contract.with_user(user).action_approval_approve()
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                contract.with_user(user).action_approval_reject("不行")
        self.assertTrue(contract.with_user(self.manager).approval_can_decide)
        self.assertFalse(contract.with_user(self.sam).approval_can_decide)
        contract.with_user(self.manager).action_approval_reject("价格太低")
        self.assertEqual(contract.state, "draft")
        self.assertEqual(contract.log_ids[0].reason, "价格太低")
        # a manager's own is the director's
        own = self._contract(self.manager, self._customer(self.manager, "伯韵"))
        own.with_user(self.manager).action_submit()
        with self.assertRaises(AccessError):
            own.with_user(self.manager).action_approval_approve()
        own.with_user(self.director).action_approval_approve()
        self.assertEqual(own.state, "approved")

    def test_take_back(self):
        """Taken back and revised contracts are drafts, and are reviewed again."""
        contract = self._contract()
        mine = contract.with_user(self.sam)
        mine.action_submit()
        mine.action_withdraw()
        mine.line_ids.price_unit = 60_000
        self._approved(contract)
        mine.action_revise()
        self.assertFalse(contract.approved_at)
        with self.assertRaises(UserError):
            mine.action_sign()
        self._signed(contract)
        self.assertEqual(len(contract.archive_ids), 2)

    def test_missing(self):
        """What is incomplete is not submitted; the message says what. Covers: S12."""
        contract = self._contract(
            line_ids=False, date_end=False, type_id=False, template_id=False
        ).with_user(self.sam)
        contract.party_ids[0].unlink()
        with self.assertRaises(UserError) as caught:
            contract.action_submit()
        for word in ("type", "amount", "until when", "sides", "clauses"):
            self.assertIn(word, str(caught.exception))
        contract = self._contract().with_user(self.sam)
        contract.collection_plan_ids = [
            Command.create({"phase": "首付", "percent": 30}),
            Command.create({"phase": "尾款", "amount": 60_000}),
        ]
        with self.assertRaisesRegex(UserError, "90,000"):
            contract.action_submit()
        contract.collection_plan_ids[-1].amount = 70_000
        contract.action_submit()

    def test_end(self):
        """A manager terminates, with a reason; drafts are cancelled. Covers: S13."""
        contract = self._signed()
        with self.assertRaises(UserError):
            contract.with_user(self.sam).action_cancel("不做了")
        with self.assertRaises(AccessError):
            contract.with_user(self.sam).action_terminate("客户违约")
        with self.assertRaises(UserError):
            contract.with_user(self.manager).action_terminate("")
        with self.assertRaises(ValidationError):
            contract.with_user(self.manager).action_terminate("违约", "明天")
        contract.with_user(self.manager).action_terminate("客户违约", "2026-06-30")
        self.assertEqual(contract.state, "terminated")
        self.assertEqual(contract.end_reason, "客户违约")
        draft = self._contract()
        draft.with_user(self.sam).action_cancel("客户改变主意")
        self.assertEqual(draft.state, "cancelled")
        with self.assertRaises(UserError):
            draft.with_user(self.sam).action_submit()

    def test_begin(self):
        """A contract begins on its first day, by itself. Covers: S13."""
        contract = self._contract(date_start="2099-01-01", date_end="2099-12-31")
        self._signed(contract)
        self.assertEqual(contract.state, "signed")
        self.env["crm.contract"]._cron_begin()
        self.assertEqual(contract.state, "signed")
        contract._crm_workflow().date_start = "2026-01-01"
        self.env["crm.contract"]._cron_begin()
        self.assertEqual(contract.state, "executing")
        with self.assertRaises(UserError):
            self._approved(self._contract()).with_user(self.sam).action_sign(
                "2099-01-01"
            )

    def test_delete(self):
        """Drafts are deleted into the bin; what was submitted stays. Covers: S13."""
        contract = self._contract()
        contract.with_user(self.sam).unlink()
        entry = self.env["crm.recycle.entry"].search([("res_id", "=", contract.id)])
        entry.with_user(self.boss).action_restore()
        self.assertEqual(contract.exists().line_ids.mapped("amount"), [100_000])
        contract.with_user(self.sam).action_submit()
        contract.with_user(self.sam).action_withdraw()
        with self.assertRaises(UserError):
            contract.with_user(self.boss).unlink()

    def test_logs(self):
        """History, archive and versions are written by nobody. Covers: S13."""
        contract = self._signed()
        for rows in (contract.log_ids, contract.archive_ids, contract.version_ids):
            self.assertTrue(rows)
            for user in (self.sam, self.boss):
                theirs = rows.with_user(user)
                with self.assertRaises(AccessError):
                    theirs.write({"user_name": "别人"})
                with self.assertRaises(AccessError):
                    theirs.unlink()
                with self.assertRaises(AccessError):
                    theirs.create({"contract_id": contract.id})
            with self.assertRaises(AccessError):
                rows.sudo().write({"user_name": "别人"})

    def test_form(self):
        """A salesperson writes a contract in the form. Covers: S12."""
        with Form(self.env["crm.contract"].with_user(self.sam)) as form:
            form.name = "年度维保"
            form.partner_id = self.customer
            form.type_id = self.type
            form.date_start = "2026-01-01"
            form.date_end = "2026-12-31"
            with form.line_ids.new() as line:
                line.name = "维保服务"
                line.quantity = 3
                line.price_unit = 333.33
        contract = form.record
        self.assertEqual(contract.amount_total, 999.99)
        self.assertTrue(contract.number.startswith("HT"))
        roles = contract.party_ids.mapped("role")
        self.assertEqual(roles, ["a", "b"])
        self.assertIn(self.customer.name, contract.text)

    def test_steps(self):
        """The dialogs do the steps, with the rights of whoever opens them."""
        contract = self._contract()
        contract.with_user(self.sam).action_submit()
        wizard = self.env["crm.contract.step"]

        def step(user, kind, **values):
            action = (
                contract.with_user(user)
                .with_context(default_kind=kind)
                .action_open_step()
            )
            form = wizard.with_user(user).with_context(**action["context"])
            return form.create(values).action_confirm()

        with self.assertRaises(UserError):
            step(self.sam, "cancel")
        with self.assertRaises(AccessError):
            step(self.sue, "cancel", reason="不做了")
        contract.with_user(self.sam).action_withdraw()
        self._approved(contract)
        step(
            self.sam,
            "sign",
            date="2026-02-01",
            file="JVBERi0xLjQ=",
            file_name="盖章合同.pdf",
        )
        self.assertEqual(contract.archive_ids[0].kind, "signed")
        with self.assertRaises(UserError):
            contract.with_user(self.sam).with_context(
                default_kind="x"
            ).action_open_step()
        step(self.manager, "terminate", date="2026-06-30", reason="客户违约")
        self.assertEqual(contract.state, "terminated")
