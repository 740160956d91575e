from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestFollowers(CrmCase):
    def test_former_owner_writes_no_more(self):
        """Who gave a customer away no longer follows it, and cannot write to it.

        Covers: B03.
        """
        customer = self._customer(self.sam)
        contact = self._contact(customer)
        (customer | contact).message_subscribe(self.sam.partner_id.ids)
        outsider = self.env["res.partner"].create({"name": "Outside"})
        customer.message_subscribe(outsider.ids)
        customer.with_user(self.sam).message_post(body="我的客户")
        customer.with_user(self.sam).action_transfer(self.xia.id, "换人")
        customer.invalidate_recordset()
        self.assertNotIn(self.sam.partner_id, customer.message_partner_ids)
        self.assertNotIn(self.sam.partner_id, contact.message_partner_ids)
        self.assertIn(outsider, customer.message_partner_ids)
        with self.assertRaises(AccessError):
            customer.with_user(self.sam).message_post(body="还能写吗")
