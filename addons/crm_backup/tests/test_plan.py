from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from odoo.addons.crm_base.tests.common import CrmCase

from ..tools import age


@tagged("post_install", "-at_install")
class TestPlan(CrmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan = cls.env["crm.backup.plan"]._crm_get()
        cls.plan.write({"tz": "Asia/Shanghai", "hour": 2, "frequency": "daily"})

    def test_when(self):
        """The plan is due at its hour in its time zone.

        Covers: B20.
        """
        for after, values, due in (
            # 2 o'clock in Shanghai is 18 o'clock UTC of the day before
            ("2026-03-10 17:59:00", {}, "2026-03-10 18:00:00"),
            ("2026-03-10 18:00:00", {}, "2026-03-11 18:00:00"),
            ("2026-03-10 18:00:00", {"frequency": "hours_6"}, "2026-03-11 00:00:00"),
            ("2026-03-10 18:30:00", {"frequency": "hours_12"}, "2026-03-11 06:00:00"),
            # Sunday in Shanghai
            (
                "2026-03-10 18:00:00",
                {"frequency": "weekly", "weekday": "6"},
                "2026-03-14 18:00:00",
            ),
            ("2026-03-10 18:00:00", {"is_scheduled": False}, False),
        ):
            self.plan.write({"frequency": "daily", "is_scheduled": True, **values})
            self.assertEqual(
                self.plan._crm_next(fields.Datetime.to_datetime(after)),
                due and fields.Datetime.to_datetime(due),
                values,
            )

    def test_retention(self):
        """The newest of each of the last days, weeks and months stay.

        Covers: B20.
        """
        self.plan.write({"keep_daily": 3, "keep_weekly": 2, "keep_monthly": 3})
        Backup = self.env["crm.backup"]._crm_workflow()
        newest = datetime(2026, 3, 10, 18)
        backups = Backup
        # two a day for a hundred days
        for number in range(200):
            backups |= Backup.create(
                {
                    "name": f"retention-{number}.tar",
                    "state": "done",
                    "finished_at": newest - timedelta(hours=12 * number),
                }
            )
        backups[50].is_kept = True
        kept = self.plan._crm_kept(backups)
        self.assertEqual(
            kept.sorted("finished_at", reverse=True).mapped("finished_at"),
            [
                datetime(2026, 3, 10, 18),  # 11 March in Shanghai, the newest
                datetime(2026, 3, 10, 6),  # 10 March
                datetime(2026, 3, 9, 6),  # 9 March
                datetime(2026, 3, 8, 6),  # the week before
                datetime(2026, 2, 28, 6),  # February
                datetime(2026, 2, 13, 18),  # switched to keep by hand
                datetime(2026, 1, 31, 6),  # January
            ],
        )

    def test_who_changes(self):
        """A maintainer sets the hours, the boss alone decides who can read backups.

        Covers: B01, B20.
        """
        plan = self.plan.with_user(self.maintainer)
        plan.hour = 5
        self.assertEqual(self.plan.hour, 5)
        recipient = age.generate()[1]
        with self.assertRaises(AccessError):
            plan.recipients = recipient
        with self.assertRaises(AccessError):
            self.plan.with_user(self.sam).read(["hour"])
        with self.assertRaises(ValidationError):
            self.plan.with_user(self.boss).recipients = recipient + "x"
        self.plan.with_user(self.boss).recipients = recipient
        self.assertEqual(self.plan._crm_recipients(), [recipient])
        with self.assertRaises(AccessError):
            plan.recipients = False
        with self.assertRaises(UserError):
            self.plan.with_user(self.boss).sudo().unlink()
        with self.assertRaises(UserError):
            self.env["crm.backup.plan"].create({})
        log = self.env["crm.operation.log"].search([("model", "=", plan._name)])
        self.assertIn(self.boss, log.user_id)

    def test_facts(self):
        """The plan says when the next one is due and what there is.

        Covers: B20.
        """
        with freeze_time("2026-03-10 10:00:00"):
            self.assertEqual(
                self.plan.next_at, fields.Datetime.to_datetime("2026-03-10 18:00:00")
            )
        self.assertTrue(self.plan.free_text)
