"""Reminders on working days only, by the company's own calendar."""

from odoo import fields
from odoo.tests import tagged

from .test_reminder import ReminderCase


@tagged("post_install", "-at_install")
class TestReminderCalendar(ReminderCase):
    """Covers: B11."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.cn")
        cls.sam.write({"crm_reminder_weekdays": True, "crm_reminder_shift": "next"})
        cls.at = staticmethod(fields.Datetime.to_datetime)

    def test_after_days_off(self):
        """Over the holiday to the day after; a Sunday that is worked is no rest."""
        for given, expected in (
            # 2 October, noon in Shanghai: 8 October, 0:00
            ("2026-10-02 04:00:00", "2026-10-07 16:00:00"),
            # Sunday 20 September is worked
            ("2026-09-20 04:00:00", "2026-09-20 04:00:00"),
            ("2026-09-19 04:00:00", "2026-09-19 16:00:00"),
        ):
            self.assertEqual(
                self.sam._crm_after_rest(self.at(given)), self.at(expected)
            )
        self.sam.write(
            {
                "crm_reminder_quiet": True,
                "crm_reminder_quiet_from": 21,
                "crm_reminder_quiet_to": 8,
            }
        )
        self.assertEqual(
            self.sam._crm_after_rest(self.at("2026-09-30 15:00:00")),
            self.at("2026-10-08 00:00:00"),
        )

    def _plan_at(self, at):
        return self._followup(self.sam, self._customer(self.sam), planned_at=at)

    def test_before_days_off(self):
        """On the last working day before, at the same time of the day, once."""
        self.sam.crm_reminder_shift = "previous"
        # due on 3 October 10:00 in Shanghai, reminded of at 9:45
        self._plan_at("2026-10-03 02:00:00")
        self._tick(self.at("2026-09-29 06:00:00"))
        self._tick(self.at("2026-09-30 01:00:00"))
        self.assertFalse(self._reminders(self.sam), "not before 9:45 of 30 September")
        for now in (
            "2026-09-30 01:45:00",
            "2026-09-30 06:00:00",
            "2026-10-03 01:45:00",
            "2026-10-08 01:00:00",
        ):
            self._tick(self.at(now))
        reminder = self._reminders(self.sam, "followup")
        self.assertEqual(len(reminder), 1)
        self.assertEqual(reminder.remind_at, self.at("2026-09-30 01:45:00"))
        self.assertEqual(reminder.delivery_ids.sent_at, self.at("2026-09-30 01:45:00"))
        self.assertEqual(reminder.due_at, self.at("2026-10-03 02:00:00"))

    def test_others_are_left_alone(self):
        """Who has not chosen it is reminded on the day itself."""
        self.sam.crm_reminder_weekdays = False
        self._plan_at("2026-10-03 02:00:00")
        self._tick(self.at("2026-09-30 06:00:00"))
        self.assertFalse(self._reminders(self.sam))
        self._tick(self.at("2026-10-03 01:45:00"))
        self.assertEqual(
            self._reminders(self.sam).delivery_ids.sent_at,
            self.at("2026-10-03 01:45:00"),
        )

    def test_morning_mail(self):
        """No mail of the day on a day off; one on a Sunday that is worked."""
        self.sam.crm_reminder_digest = True
        for now, count in (
            ("2026-10-02 01:00:00", 0),
            ("2026-09-19 01:00:00", 0),
            ("2026-09-20 01:00:00", 1),
        ):
            self._reminders(self.sam, "digest").unlink()
            self._tick(self.at(now))
            self.assertEqual(len(self._reminders(self.sam, "digest")), count, now)
