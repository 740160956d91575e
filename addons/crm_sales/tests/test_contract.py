import json
from decimal import Decimal

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import file_open

from .contract_common import ContractCase


@tagged("post_install", "-at_install")
class TestContract(ContractCase):
    """What a contract consists of."""

    def test_capital_figures(self):
        """Two hundred amounts in capital figures. Covers: S12."""
        with file_open("crm_sales/tests/data/capital_amounts.json") as cases:
            amounts = json.load(cases)
        self.assertGreaterEqual(len(amounts), 200)
        self.env["res.lang"]._activate_lang("zh_CN")
        cny = self.env.ref("base.CNY")
        cny.active = True
        contract = self.env["crm.contract"].new({"currency_id": cny.id})
        contract = contract.with_context(lang="zh_CN")
        for amount, words in amounts.items():
            contract.amount_total = float(Decimal(amount))
            self.assertEqual(contract.amount_in_words, f"人民币{words}", amount)

    def test_amounts(self):
        """Lines add up, rounded each; taxes are in them. Covers: S12."""
        contract = self._contract(
            line_ids=[
                Command.create(
                    {"name": "一", "quantity": 3, "price_unit": 33.34, "tax_rate": 13}
                ),
                Command.create(
                    {"name": "二", "quantity": 1, "price_unit": 113, "discount": 50}
                ),
            ]
        )
        self.assertEqual(contract.line_ids.mapped("amount"), [100.02, 56.5])
        self.assertEqual(contract.amount_total, 156.52)
        self.assertEqual(contract.amount_tax, 11.51)
        self.assertEqual(contract.amount_untaxed, 145.01)
        with self.assertRaisesRegex(ValidationError, "follows from its lines"):
            contract.with_user(self.sam).amount_total = 200
        without = self._contract(line_ids=False, amount_total=88_000)
        self.assertEqual(without.amount_total, 88_000)

    def test_discount(self):
        """A low price is a discount, however it is written. Covers: S13."""
        product = self.env["product.product"].create(
            {"name": "机床", "list_price": 1000, "type": "consu"}
        )
        for values, expected in (
            ({}, 0),
            ({"discount": 20}, 20),
            ({"price_unit": 700}, 30),
            ({"price_unit": 800, "discount": 50}, 60),
            ({"amount": 100}, 90),
            ({"price_unit": 2000}, 0),
        ):
            with self.subTest(values=values):
                line = {"product_id": product.id, **values}
                contract = self._contract(line_ids=[Command.create(line)])
                self.assertAlmostEqual(contract.max_discount, expected)

    def test_parties(self):
        """Both sides come from their files and stay as they are. Covers: S12."""
        self.customer.write(
            {"company_registry": "91110108MA01A2B3C4", "phone": "010-62345678"}
        )
        signer = self._contact(self.customer, "王小明", function="总经理")
        contract = self._contract().with_user(self.sam)
        ours, theirs = contract.party_ids.sorted("role", reverse=True)
        self.assertEqual(theirs.credit_code, "91110108MA01A2B3C4")
        self.assertEqual(ours.party_id, self.company.partner_id)
        theirs.signer_id = signer
        self.assertEqual(theirs.signer_title, "总经理")
        self.customer.phone = "010-11111111"
        self.assertEqual(theirs.phone, "010-62345678")
        contract.action_refresh_parties()
        self.assertEqual(theirs.phone, "010-11111111")
        other = self._customer(self.sam, "伯韵")
        contract.partner_id = other
        self.assertEqual(theirs.party_id, other)
        self.assertFalse(theirs.signer_id)

    def test_numbers(self):
        """Numbers come from the sequence and nobody types them. Covers: S12."""
        one, two = self._contract(), self._contract()
        self.assertNotEqual(one.number, two.number)
        with self.assertRaises(AccessError):
            one.with_user(self.boss).number = "HT-1"
        with self.assertRaises(AccessError):
            self._contract(number="HT-1")
        with self.assertRaises(AccessError):
            self._contract(state="signed")

    def test_out_of_sight(self):
        """No contract names what its author does not see. Covers: S12."""
        theirs = self._customer(self.xia, "上海伯韵")
        lead = self._opportunity(self.xia, partner_id=theirs.id)
        with self.assertRaises(AccessError):
            self._contract(customer=theirs)
        contract = self._contract().with_user(self.sam)
        for values in (
            {"partner_id": theirs.id},
            {"opportunity_id": lead.id},
            {"party_ids": [Command.create({"role": "c", "party_id": theirs.id})]},
            {"user_id": self.portal.id},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                contract.write(values)
        self.assertViewers(
            contract.with_env(self.env),
            self.sam | self.manager | self.assistant | self.director,
        )
        with self.assertRaises(AccessError):
            contract.with_user(self.assistant).write({"note": "x"})

    def test_copy(self):
        """A copy is a new draft with the same lines."""
        contract = self._signed()
        copied = contract.with_user(self.sam).copy()
        self.assertEqual(copied.state, "draft")
        self.assertNotEqual(copied.number, contract.number)
        self.assertEqual(copied.amount_total, contract.amount_total)
        self.assertEqual(len(copied.party_ids), 2)
        self.assertFalse(copied.version_ids)
        self.assertFalse(copied.origin_id)

    def test_from_quotation(self):
        """A quotation becomes a contract to the cent, once. Covers: S11, S12."""
        tax = self.env["account.tax"].create({"name": "13%", "amount": 13})
        product = self.env["product.product"].create(
            {"name": "机床", "list_price": 33.33, "type": "consu"}
        )
        line = {
            "product_id": product.id,
            "product_uom_qty": 7,
            "discount": 3,
            "tax_ids": [Command.set(tax.ids)],
        }
        order = (
            self.env["sale.order"]
            .with_user(self.sam)
            .create(
                {"partner_id": self.customer.id, "order_line": [Command.create(line)]}
            )
        )
        action = order.action_make_contract()
        contract = self.env["crm.contract"].browse(action["res_id"])
        self.assertEqual(contract.amount_total, order.amount_total)
        self.assertEqual(contract.line_ids.tax_rate, 13)
        self.assertAlmostEqual(contract.line_ids.discount, 3)
        self.assertEqual(contract.order_ids.ids, order.ids)
        self.assertEqual(order.action_make_contract()["res_id"], contract.id)
        other = self._contract(self.xia, self._customer(self.xia, "上海伯韵"))
        with self.assertRaises(UserError):
            order.contract_id = other
        with self.assertRaises(UserError):
            order.sudo().contract_id = other

    def test_from_opportunity(self):
        """An opportunity becomes a contract. Covers: S12."""
        lead = self._opportunity(partner_id=self.customer.id, expected_revenue=5000)
        action = lead.with_user(self.sam).action_make_contract()
        contract = self.env["crm.contract"].browse(action["res_id"])
        self.assertEqual(contract.amount_total, 5000)
        self.assertEqual(contract.partner_id, self.customer)
        self.assertEqual(lead.contract_count, 1)
        with self.assertRaises(AccessError):
            lead.with_user(self.sue).action_make_contract()

    def test_queries(self):
        """A list costs the same for one contract and for twenty. Covers: S12."""

        def read(count):
            contracts = self.env["crm.contract"].with_user(self.sam)
            self.env.flush_all()
            self.env.invalidate_all()
            names = ["display_name", "amount_total", "payment_state", "delivered_ratio"]
            before = self.cr.sql_log_count
            rows = contracts.search_read([], names, limit=count)
            self.assertEqual(len(rows), count)
            return self.cr.sql_log_count - before

        for _index in range(3):
            self._contract()
        read(3)
        few = read(3)
        for _index in range(12):
            self._contract()
        self.assertLessEqual(read(15), few)
