"""Quotations and orders of the cast."""

from odoo.fields import Command

from .common import SaleCase


class OrderCase(SaleCase):
    """See CrmCase for who is who; sam sells machines at 1000 without taxes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.discount.limit"].search([]).unlink()
        cls.product = cls.env["product.product"].create(
            {
                "name": "数控机床",
                "type": "consu",
                "list_price": 1000,
                "taxes_id": False,
                "invoice_policy": "order",
            }
        )
        cls.customer = cls._customer(cls.sam)

    @classmethod
    def _order(cls, user=None, lines=({},), customer=None, **values):
        """Create a quotation as its owner would; return it for the test's user."""
        user = user or cls.sam
        order = (
            cls.env["sale.order"]
            .with_user(user)
            .create(
                {
                    "partner_id": (customer or cls.customer).id,
                    "user_id": user.id,
                    "order_line": [
                        Command.create({"product_id": cls.product.id, **line})
                        for line in lines
                    ],
                    **values,
                }
            )
        )
        return order.with_env(cls.env)
