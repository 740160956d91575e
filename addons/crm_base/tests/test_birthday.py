"""Birthdays by both calendars, leap months included."""

from datetime import date, timedelta

from freezegun import freeze_time

from odoo.tests import tagged

from ..tools.lunar import lunar_day_of, lunar_name, lunar_to_solar
from .common import CrmCase


@tagged("post_install", "-at_install")
class TestLunarBirthday(CrmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam)

    def test_leap_month(self):
        """Born in a leap month: in it where there is one, else in the ordinary one.

        Covers: B06.
        """
        # 2025 has a leap sixth month, 2026 has none of that number
        with freeze_time("2025-01-10 02:00:00"):
            leap = self._contact(
                self.customer, birthday_lunar="06-15", birthday_lunar_leap=True
            )
            plain = self._contact(self.customer, birthday_lunar="06-15")
            self.assertEqual(leap.birthday_next, date(2025, 8, 8))
            self.assertEqual(plain.birthday_next, date(2025, 7, 9))
        with freeze_time("2026-01-10 02:00:00"):
            again = self._contact(
                self.customer, birthday_lunar="06-15", birthday_lunar_leap=True
            )
            self.assertEqual(again.birthday_next, date(2026, 7, 28))
            # ticked later, it is reckoned again
            leap.birthday_lunar_leap = False
            self.assertEqual(leap.birthday_next, date(2026, 7, 28))

    def test_short_month(self):
        """The 30th of a month of 29 days is its last day. Covers: B06."""
        for year in range(2020, 2030):
            day = lunar_to_solar(year, 12, 30)
            # the eve of the Spring Festival
            self.assertEqual(lunar_day_of(day + timedelta(days=1))[0], "01-01", year)

    @freeze_time("2026-09-20 02:00:00")
    def test_both_calendars(self):
        """The list says both days, the one that counts and the age. Covers: B06."""
        contact = self._contact(self.customer, birthday="1980-09-23")
        chinese = contact.with_context(lang="zh_CN")
        self.env["res.lang"]._activate_lang("zh_CN")
        self.assertEqual(chinese.birthday_text[:5], "9月23日")
        self.assertIn("八月十五", chinese.birthday_text)
        self.assertEqual(contact.birthday_calendar, "solar")
        self.assertEqual(contact.birthday_next, date(2026, 9, 23))
        self.assertEqual(contact.birthday_age, 46)
        contact.birthday_lunar = "08-15"
        self.assertEqual(contact.birthday_calendar, "lunar")
        self.assertEqual(contact.birthday_next, date(2026, 9, 25))
        unknown = self._contact(self.customer)
        self.assertFalse(unknown.birthday_text)
        self.assertFalse(unknown.birthday_calendar)
        self.assertEqual(lunar_name("01-01"), "正月初一")
        self.assertEqual(lunar_name("06-15", True), "闰六月十五")
        self.assertEqual(lunar_name("12-29"), "腊月廿九")

    @freeze_time("2026-09-28 02:00:00")
    def test_next_seven_days(self):
        """The next week reaches into the next month; found by an index. Covers: B06."""
        today = self._contact(self.customer, birthday="1990-09-28")
        soon = self._contact(self.customer, birthday="1990-10-05")
        later = self._contact(self.customer, birthday="1990-10-06")
        past = self._contact(self.customer, birthday="1990-09-27")
        view = self.env["res.partner"].with_user(self.sam)
        found = view.search(
            [
                ("birthday_next", ">=", "today"),
                ("birthday_next", "<", "today +8d"),
                ("id", "in", (today + soon + later + past).ids),
            ]
        )
        self.assertEqual(found, today + soon)
        self.assertTrue(self.env["res.partner"]._fields["birthday_next"].index)
