"""Birthdays by both calendars, leap months included."""

from datetime import date, timedelta

from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, freeze_time, tagged

from ..tools.lunar import lunar_day_of, lunar_name, lunar_to_solar, next_lunar_day
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


@tagged("post_install", "-at_install")
class TestBirthday(CrmCase):
    def _next(self, **values):
        contact = self._contact(self.customer, **values)
        return contact.birthday_next

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam)

    @freeze_time("2026-03-15 02:00:00")
    def test_solar(self):
        """The next birthday is counted from the beginning of this month.

        Covers: B06.
        """
        self.assertEqual(self._next(birthday="1990-03-01"), date(2026, 3, 1))
        self.assertEqual(self._next(birthday="1990-03-31"), date(2026, 3, 31))
        self.assertEqual(self._next(birthday="1990-02-28"), date(2027, 2, 28))
        self.assertFalse(self._next())

    def test_leap_day(self):
        """29 February is celebrated on the 28th in other years.

        Covers: B06.
        """
        with freeze_time("2026-01-10 02:00:00"):
            self.assertEqual(self._next(birthday="1992-02-29"), date(2026, 2, 28))
        with freeze_time("2028-01-10 02:00:00"):
            self.assertEqual(self._next(birthday="1992-02-29"), date(2028, 2, 29))

    @freeze_time("2026-03-15 02:00:00")
    def test_lunar(self):
        """A lunar birthday falls on another day every year, and goes before the solar.

        Covers: B06.
        """
        # Mid-Autumn Festival of 2026 is 25 September
        self.assertEqual(self._next(birthday_lunar="08-15"), date(2026, 9, 25))
        self.assertEqual(
            self._next(birthday_lunar="08-15", birthday="1990-05-01"), date(2026, 9, 25)
        )
        # the twelfth month of the lunar year 2026 lies in January 2027
        self.assertEqual(self._next(birthday_lunar="12-08"), date(2027, 1, 15))

    def test_bad_lunar(self):
        """What is no lunar day is refused with an example.

        Covers: B06.
        """
        for text in ("8-15", "13-01", "01-31", "00-10", "ab-cd", "01-00", "0815"):
            with self.assertRaises(ValidationError):
                self._contact(self.customer, birthday_lunar=text)

    def test_month_changes(self):
        """When a month begins, last month's birthdays move to next year.

        Covers: B06.
        """
        with freeze_time("2026-03-15 02:00:00"):
            contacts = self._contact(self.customer, birthday="1990-03-31")
            contacts |= self._contact(self.customer, birthday="1990-04-02")
            contacts |= self._contact(self.customer, birthday_lunar="02-02")
            self.assertEqual(contacts[2].birthday_next, date(2026, 3, 20))
        with freeze_time("2026-04-01 02:00:00"):
            self._run_cron("crm_base.ir_cron_next_birthdays")
            self.assertEqual(
                contacts.mapped("birthday_next"),
                [date(2027, 3, 31), date(2026, 4, 2), date(2027, 3, 9)],
            )
            month = self.env["res.partner"].with_user(self.sam)
            found = month.search(
                [
                    ("birthday_next", ">=", "=1d"),
                    ("birthday_next", "<", "=1d +1m"),
                    ("id", "in", contacts.ids),
                ]
            )
            self.assertEqual(found.ids, contacts[1].ids)


class TestLunar(BaseCase):
    def test_known_days(self):
        """Festivals of known dates.

        Covers: B06.
        """
        for year, month, day, solar in (
            (2024, 1, 1, date(2024, 2, 10)),
            (2025, 1, 1, date(2025, 1, 29)),
            (2026, 1, 1, date(2026, 2, 17)),
            (2026, 5, 5, date(2026, 6, 19)),
            (2025, 8, 15, date(2025, 10, 6)),
        ):
            self.assertEqual(lunar_to_solar(year, month, day), solar)

    def test_short_month(self):
        """The 30th of a month of 29 days is its last day.

        Covers: B06.
        """
        for year in range(2020, 2040):
            for month in range(1, 13):
                self.assertGreaterEqual(
                    lunar_to_solar(year, month, 30), lunar_to_solar(year, month, 29)
                )

    def test_next_is_the_first(self):
        """The next lunar day is on or after the start, and within thirteen months.

        Covers: B06.
        """
        for start in (date(2026, 1, 1), date(2026, 2, 17), date(2026, 12, 31)):
            for month_day in ("01-01", "06-15", "12-30"):
                found = next_lunar_day(month_day, start)
                self.assertGreaterEqual(found, start)
                self.assertLess((found - start).days, 390)
        self.assertEqual(next_lunar_day("01-01", date(2026, 2, 17)), date(2026, 2, 17))
        self.assertEqual(next_lunar_day("12-30", date(2026, 1, 1)), date(2026, 2, 16))
