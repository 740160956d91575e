"""What the lists around pools tell of a customer."""

from odoo.tests import freeze_time, tagged

from .common import PoolCase


@tagged("post_install", "-at_install")
class TestPoolLists(PoolCase):
    def test_uncontacted_and_not(self):
        """Every customer is in the one list or in the other.

        Covers: P09.
        """
        customer = self._customer(self.sam)
        customer._crm_workflow().write(
            {"owner_since": False, "last_followup_at": "2026-01-05 03:00:00"}
        )
        self.env.flush_all()
        Partner = self.env["res.partner"]
        for value in (True, False):
            found = Partner.search(
                [("id", "=", customer.id), ("is_uncontacted", "=", value)]
            )
            self.assertEqual(bool(found), customer.is_uncontacted == value, value)

    def test_days_left_by_the_pool(self):
        """Days are counted where the pool is, wherever the reader is.

        Covers: P05.
        """
        customer = self._customer(self.sam)
        self.env["crm.pool.rule"].create(
            {"name": "规则", "pool_id": self.pool.id, "days": 30}
        )
        deadline = customer.pool_deadline
        # the evening before in Los Angeles, the morning in Shanghai
        with freeze_time(f"{deadline} 00:30:00"):
            for zone in ("America/Los_Angeles", "Asia/Shanghai", "Pacific/Kiritimati"):
                theirs = customer.with_user(self.sam).with_context(tz=zone)
                theirs.invalidate_recordset(["pool_days_left"])
                self.assertEqual(theirs.pool_days_left, 0, zone)
