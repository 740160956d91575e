"""Contracts of the cast, from the draft to the signature."""

from unittest.mock import patch

from odoo.fields import Command

from .common import SaleCase


class ContractCase(SaleCase):
    """See CrmCase for who is who; sam writes, mia (his manager) approves.

    Nothing is printed: what is archived is a line of text. Only the tests of the
    archive print in earnest.
    """

    prints = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not cls.prints:
            # a page takes half a second
            cls.enterClassContext(
                patch.object(
                    cls.env.registry["crm.contract"],
                    "_crm_print",
                    lambda contract: f"%PDF {contract.display_name}".encode(),
                )
            )
        cls.template = cls.env["crm.contract.template"].create(
            {
                "name": "通用",
                "lang": "en_US",
                "body": "<p>{{ number }} {{ party_a.name }} {{ amount_total }}</p>"
                "<p>{{ lines }}</p>",
            }
        )
        cls.type = cls.env["crm.contract.type"].create(
            {"name": "销售", "template_id": cls.template.id}
        )
        cls.customer = cls._customer(cls.sam, "北京诺深机械有限公司")

    @classmethod
    def _contract(cls, owner=None, customer=None, **values):
        """Create a complete draft as its owner would; return it for the test's user.

        Values that are None are left out.
        """
        owner = owner or cls.sam
        customer = customer or cls.customer
        line = {"name": "数控机床", "quantity": 2, "price_unit": 50_000}
        given = {
            "name": "数控机床采购",
            "partner_id": customer.id,
            "type_id": cls.type.id,
            "date_start": "2026-01-01",
            "date_end": "2026-12-31",
            "line_ids": [Command.create(line)],
            **values,
        }
        given = {name: value for name, value in given.items() if value is not None}
        contract = cls.env["crm.contract"].with_user(owner).create(given)
        return contract.with_env(cls.env)

    def _approved(self, contract):
        """Submit and approve as the people in charge would."""
        contract.with_user(contract.user_id).action_submit()
        contract.with_user(self.manager).action_approval_approve()
        return contract

    def _signed(self, contract=None, date="2026-01-01"):
        """Submit, approve and sign as the people in charge would."""
        contract = self._approved(contract or self._contract())
        contract.with_user(contract.user_id).action_sign(date)
        return contract

    def _change(self, contract, **values):
        """Write a change of a contract as its owner would."""
        mine = contract.with_user(contract.user_id)
        action = mine.action_change("客户追加数量")
        change = mine.browse(action["res_id"])
        if values:
            change.write(values)
        return change.with_env(self.env)
