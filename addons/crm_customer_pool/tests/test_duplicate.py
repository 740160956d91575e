from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PoolCase


@tagged("post_install", "-at_install")
class TestPoolDuplicate(PoolCase):
    """A pooled customer is met as a duplicate, and told as pooled."""

    def test_place(self):
        """Members read in which pool it is, others that it is in one. Covers: B13."""
        customer = self._customer(self.sam, "北京诺深科技有限公司")
        customer.with_user(self.boss).action_release_to_pool(self.pool.id, "没有需求")
        self.env.flush_all()
        told = {}
        for user in (self.sam, self.boss, self.xia):
            partners = self.env["res.partner"].with_user(user)
            [match] = partners.crm_check_duplicates([{"name": "诺深科技"}])[0][
                "matches"
            ]
            told[user] = match["place"]
            if user != self.boss:
                self.assertFalse(match["visible"])
                with self.assertRaises(UserError):
                    partners.crm_ask_to_join(match["token"])
        self.assertIn(self.pool.name, told[self.boss])
        self.assertTrue(any("pool" in text for text in told.values()))
