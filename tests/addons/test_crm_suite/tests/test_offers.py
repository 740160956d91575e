from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.crm_customer_pool.tests.batch_common import BatchCase


@tagged("post_install", "-at_install")
class TestOffers(BatchCase):
    """Quotations go along with their customer, and keep none out of a pool."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create({"name": "机床"})

    def _offer(self, customer):
        orders = self.env["sale.order"].with_user(self.sam)
        return orders.create(
            {
                "partner_id": customer.id,
                "order_line": [Command.create({"product_id": self.product.id})],
            }
        ).with_env(self.env)

    def test_pool(self):
        """A draft nobody went on with does not stop a release, a claim, an undoing.

        Covers: P03, S11.
        """
        customer = self._customer(self.sam)
        offer = self._offer(customer)
        customer.with_user(self.sam).action_release_to_pool(
            self.pool.id, self.reason.id
        )
        self.assertInPool(customer)
        self.assertEqual(offer.user_id, self.sam)
        result = self._claim(self.sue, customer)
        self.assertOutOfPool(customer, self.sue)
        self.assertFalse(self._undo(result)["refused"])
        self.assertInPool(customer)
        self.assertEqual((offer.user_id, offer.state), (self.sam, "draft"))

    def test_transfer(self):
        """A transfer takes quotations along, and taken back returns them.

        Covers: B03, P03.
        """
        customer = self._customer(self.sam)
        offer = self._offer(customer)
        result = customer.with_user(self.boss).action_transfer(self.tom.id, "休假")
        self.assertEqual(offer.user_id, self.tom)
        self.assertFalse(self._undo(result)["refused"])
        self.assertEqual(offer.user_id, self.sam)
