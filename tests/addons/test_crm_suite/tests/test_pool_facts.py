from datetime import timedelta
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.crm_customer_pool.tests.rule_common import RuleCase


@tagged("post_install", "-at_install")
class TestPoolFacts(RuleCase):
    """What is sold moves the dates on which customers go to the pool, at once."""

    def test_opportunity(self):
        """An open opportunity exempts its customer until it is won or lost.

        Covers: P04.
        """
        rule = self._rule(days=15, exempt_open_opportunity=True)
        customer = self._customer(self.sam)
        self.assertDeadline(customer, 15, rule)
        lead = self.env["crm.lead"].with_user(self.sam)
        lead = lead.create(
            {"name": "机床", "type": "opportunity", "partner_id": customer.id}
        )
        self.assertDeadline(customer, None, None)
        reason = self.env["crm.lost.reason"].create({"name": "价格"})
        lead.action_set_lost(lost_reason_id=reason.id)
        self.assertDeadline(customer, 15, rule)

    def test_deal(self):
        """A confirmed order is a deal until it is cancelled; so is a signed contract.

        Covers: P04.
        """
        rule = self._rule(days=15, exempt_deal=True)
        customer = self._customer(self.sam)
        self.assertDeadline(customer, 15, rule)
        product = self.env["product.product"].create({"name": "机床", "list_price": 9})
        order = (
            self.env["sale.order"]
            .with_user(self.sam)
            .create(
                {
                    "partner_id": customer.id,
                    "order_line": [Command.create({"product_id": product.id})],
                }
            )
        )
        self.assertDeadline(customer, 15, rule)
        order.action_confirm()
        self.assertDeadline(customer, None, None)
        order.with_user(self.boss)._action_cancel()
        self.assertDeadline(customer, 15, rule)
        self._signed(customer)
        self.assertDeadline(customer, None, None)

    def test_contract(self):
        """The clock of a rule about contracts begins with the end of the last one.

        Covers: P04.
        """
        rule = self._rule(trigger="contract_end", days=30)
        customer = self._customer(self.sam)
        self.assertDeadline(customer, None, None)
        contract = self._signed(customer, date_end=self.today + timedelta(10))
        self.assertDeadline(customer, 40, rule)
        contract.with_user(self.manager).action_terminate("客户停产", self.today)
        self.assertDeadline(customer, 30, rule)

    def _signed(self, customer, **values):
        """Return a contract of sam's customer, signed today."""
        contracts = self.env["crm.contract"].with_user(self.sam)
        contract = contracts.create(
            {
                "name": "采购",
                "partner_id": customer.id,
                "type_id": self.env["crm.contract.type"]
                .create({"name": "销售", "template_id": self._template().id})
                .id,
                "date_start": self.today,
                "date_end": self.today + timedelta(365),
                "line_ids": [Command.create({"name": "机床", "price_unit": 9})],
                **values,
            }
        )
        with patch.object(
            self.env.registry["crm.contract"], "_crm_print", lambda _contract: b"%PDF"
        ):
            contract.action_submit()
            contract.with_user(self.manager).action_approval_approve()
            contract.action_sign(str(self.today))
        return contract

    def _template(self):
        return self.env["crm.contract.template"].create(
            {"name": "通用", "lang": "en_US", "body": "<p>{{ number }}</p>"}
        )
