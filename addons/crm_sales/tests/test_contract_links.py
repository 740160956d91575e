from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .contract_common import ContractCase


@tagged("post_install", "-at_install")
class TestContractLinks(ContractCase):
    """What others learn from contracts: customers, figures, reminders, successors."""

    def test_over_with_its_customer(self):
        """A contract that is over is seen with its customer, an open one goes along.

        Its text bears the customer's address and phone. Covers: S12, P10.
        """
        over, running = self._contract(), self._contract()
        over.with_user(self.sam).action_cancel("没谈成")
        self.assertSees(self.sam, over)
        self.customer.with_user(self.manager).action_transfer(self.sue.id)
        self.assertEqual(running.user_id, self.sue)
        for record in over | running:
            self.assertBlind(self.sam, record)
            for part in (*record.party_ids, *record.line_ids):
                self.assertBlind(self.sam, part)
                self.assertBlind(self.sam, part, "write")
            self.assertSees(self.sue, record)
            self.assertSees(self.manager, record)
        self.assertEqual(over.user_id, self.sam)

    def test_facts(self):
        """Customers know until when contracts run. Covers: P04, S13."""
        customer = self.customer
        contract = self._contract()
        self._approved(contract)
        self.assertFalse(customer.crm_contract_end_at)
        contract.with_user(self.sam).action_sign("2026-01-01")
        self.assertEqual(str(customer.crm_contract_end_at), "2026-12-31")
        self.assertTrue(customer.last_deal_at)
        change = self._change(contract, date_end="2027-03-31")
        self.assertEqual(str(customer.crm_contract_end_at), "2026-12-31")
        self._signed(change)
        self.assertEqual(str(customer.crm_contract_end_at), "2027-03-31")
        contract.with_user(self.manager).action_terminate("违约", "2026-05-01")
        self.assertEqual(str(customer.crm_contract_end_at), "2026-05-01")

    def test_customer_page(self):
        """The page of the customer tells of its contracts. Covers: S13, B14."""
        contract = self._signed()
        self._change(contract)
        customer = self.customer.with_user(self.sam)
        totals = {
            code: value for code, _l, value, _a in customer._crm_customer_totals()
        }
        self.assertEqual(totals["contracts"], 1)
        self.assertEqual(totals["contracts_amount"], 100_000)
        tabs = {tab["code"]: tab["count"] for tab in customer._crm_customer_tabs()}
        self.assertEqual(tabs["contracts"], 1)
        entries = customer._crm_timeline_contracts(None, 20)
        self.assertEqual(
            [entry["badge"] for entry in entries],
            ["Begun", "Signed", "Approved", "Submitted"],
        )

    def test_handover(self):
        """Open contracts go along with the customer, figures do not. Covers: S13."""
        contract = self._contract()
        mine = contract.with_user(self.sam)
        mine.deed_split_ids = [
            Command.create({"user_id": self.sam.id, "percent": 70}),
            Command.create({"user_id": self.tom.id, "percent": 20}),
        ]
        self._approved(contract)
        with self.assertRaises(UserError):
            mine.action_sign("2026-01-01")
        mine.deed_split_ids[1].percent = 30
        mine.action_sign("2026-01-01")
        with self.assertRaises(AccessError):
            mine.deed_split_ids[1].percent = 50
        self._signed(self._change(contract, date_end="2027-12-31"), "2026-02-01")
        metrics = self.env["crm.metric"].with_user(self.boss)
        codes = ["contracts_signed", "contracts_signed_amount", "contract_shares"]
        period = ("2026-01-01", "2026-12-31", "user")
        before = metrics.compute_values(codes, *period)
        self.sam._crm_handover(self.sue, self.customer)
        self.assertEqual(contract.user_id, self.sue)
        self.assertEqual(contract.line_ids.user_id, self.sue)
        self.assertEqual(contract.deed_user_id, self.sam)
        self.assertEqual(metrics.compute_values(codes, *period), before)
        shares = next(row for row in before if row["code"] == "contract_shares")
        self.assertEqual(
            sorted(group["value"] for group in shares["groups"]), [30_000, 70_000]
        )

    def test_amount_of_changes(self):
        """A change counts on its own day, with what it adds. Covers: S13."""
        contract = self._signed(date="2026-01-15")
        change = self._change(contract)
        change.with_user(self.sam).line_ids.quantity = 3
        self._signed(change, "2026-02-15")
        metrics = self.env["crm.metric"].with_user(self.sam)
        for month, amount in (("01", 100_000), ("02", 50_000)):
            values = metrics.compute_values(
                ["contracts_signed_amount"], f"2026-{month}-01", f"2026-{month}-28"
            )
            self.assertEqual(values[0]["value"], amount)
        self.assertEqual(contract.deed_split_ids.amount, 100_000)

    def test_reminders(self):
        """The owner is reminded of the end, then the superior is told. Covers: S13."""
        today = fields.Date.today()
        contract = self._contract(date_end=today + timedelta(days=7))
        mine = contract.with_user(self.sam)
        mine.delivery_plan_ids = [
            Command.create({"name": "一批", "quantity": 1, "date_due": today})
        ]
        mine.collection_plan_ids = [
            Command.create({"phase": "全款", "percent": 100, "date_due": today})
        ]
        self._signed(contract)
        reminders = self.env["crm.reminder"]
        at_ten = fields.Datetime.to_datetime(today) + timedelta(hours=2)

        def collected(now):
            reminders._crm_collect(now)
            kinds = ("contract_end", "contract_delivery", "contract_payment")
            found = reminders.search([("kind_id.code", "in", kinds)])
            return sorted(
                (row.kind_id.code, row.user_id.login)
                for row in found
                if row.user_id in self.sam | self.manager
            )

        self.assertEqual(
            collected(at_ten),
            [
                ("contract_delivery", "sam"),
                ("contract_end", "sam"),
                ("contract_payment", "sam"),
            ],
        )
        late = at_ten + timedelta(days=8, hours=1)
        self.assertIn(("contract_end", "mia"), collected(late))
        sources = {source.kind: source for source in reminders._crm_reminder_sources()}
        due = self.env["crm.contract"].search(sources["contract_end"].domain)
        self.assertIn(contract, due)
        contract.with_user(self.sam).action_renew()
        due = self.env["crm.contract"].search(sources["contract_end"].domain)
        self.assertNotIn(contract, due)
