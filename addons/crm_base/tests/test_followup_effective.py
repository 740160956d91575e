from psycopg2 import IntegrityError

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import CrmCase

NOW = "2026-03-10 02:00:00"
LONG = "客户对样品很满意，约好下周三来厂里看生产线"


@tagged("post_install", "-at_install")
class TestFollowupEffective(CrmCase):
    """Which follow-ups count, by the limits of the company."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam)

    def _effective(self, content, user=None):
        return self._followup(
            user or self.sam, self.customer, done=True, content=content
        ).is_effective

    def test_minimum_length(self):
        """Too short does not count; blanks are not counted.

        Covers: B09.
        """
        self.company.crm_effective_min_length = 5
        self.assertFalse(self._effective("不 在   家"))
        self.assertFalse(self._effective(False))
        self.assertTrue(self._effective("明天再来电"))
        self.company.crm_effective_min_length = 0
        self.assertTrue(self._effective("嗯"))

    def test_copies(self):
        """A copy of one of the last ones of the same person does not count.

        Covers: B09.
        """
        self.company.crm_effective_bulk_limit = 0
        self.company.crm_effective_copy_depth = 2
        self.assertTrue(self._effective(LONG))
        self.assertFalse(self._effective(f" {LONG}\n"), "blanks make no difference")
        self.assertTrue(self._effective(LONG + "一"))
        self.assertTrue(self._effective(LONG + "二"))
        self.assertTrue(self._effective(LONG), "two others came in between")
        self._share(self.customer, self.xia)
        self.assertTrue(self._effective(LONG, self.xia), "another person's own")
        self.company.crm_effective_copy_depth = 0
        self.assertTrue(self._effective(LONG))

    def test_bulk(self):
        """What is finished beyond the limit within a minute does not count.

        Covers: B09.
        """
        self.company.crm_effective_copy_depth = 0
        self.company.crm_effective_bulk_limit = 3
        plans = self.env["crm.followup"]
        for number in range(5):
            plans |= self._followup(self.sam, self.customer, content=LONG + str(number))
        with freeze_time(NOW):
            plans.with_user(self.sam).action_done()
        self.assertEqual(sum(plans.mapped("is_effective")), 3)
        with freeze_time("2026-03-10 02:00:59"):
            self.assertFalse(self._effective(LONG + "五"))
        with freeze_time("2026-03-10 02:03:00"):
            self.assertTrue(self._effective(LONG + "六"))
        self.company.crm_effective_bulk_limit = 0
        with freeze_time("2026-03-10 02:03:01"):
            self.assertTrue(all(self._effective(LONG + str(i)) for i in range(9)))

    def test_limits_cannot_be_negative(self):
        """Settings of the company are checked.

        Covers: B09.
        """
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError) as caught:
            self.company.crm_effective_min_length = -1
            self.env.flush_all()
        self.assertIn("crm_effective_limits", str(caught.exception))

    def test_ineffective_moves_only_one_clock(self):
        """What does not count still is the last contact.

        Covers: B09.
        """
        record = self._followup(self.sam, self.customer, done=True, content="短")
        self.assertEqual(self.customer.last_followup_at, record.done_at)
        self.assertFalse(self.customer.last_effective_followup_at)
