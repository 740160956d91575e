"""The working calendar: exceptions as data, one look-up to add or count days."""

from datetime import date, timedelta

from lunar_python import Lunar
from lunar_python.util import HolidayUtil
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import SQL, mute_logger

from .common import CrmCase


class CalendarCase(CrmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Workday = cls.env["crm.workday"]
        cls.Day = cls.env["crm.calendar.day"]
        cls.china = cls.env.ref("base.cn")
        cls.company.country_id = cls.china
        cls.taiwan = cls.env["res.company"].create(
            {"name": "台灣分公司", "country_id": cls.env.ref("base.tw").id}
        )

    def add(self, day, days, company=None):
        return self.Workday._crm_add(
            company or self.company, date.fromisoformat(day), days
        ).isoformat()

    def count(self, first, last, company=None):
        return self.Workday._crm_count(
            company or self.company, date.fromisoformat(first), date.fromisoformat(last)
        )


@tagged("post_install", "-at_install")
class TestCalendar(CalendarCase):
    """Covers: P04."""

    def test_official_notices(self):
        """The days off and days in exchange of 2025 and 2026 are the official ones."""
        for year in (2025, 2026):
            official = {
                (day.getDay(), "working" if day.isWork() else "holiday")
                for day in HolidayUtil.getHolidays(year)
            }
            ours = self.Day.search(
                [
                    ("country_id", "=", self.china.id),
                    ("date", ">=", f"{year}-01-01"),
                    ("date", "<=", f"{year}-12-31"),
                ]
            )
            self.assertEqual(
                {(day.date.isoformat(), day.kind) for day in ours}, official
            )
            self.assertFalse(any(ours.mapped("is_provisional")))

    def test_provisional_year(self):
        """The thirteen statutory days of 2027 are there, and marked as provisional."""
        new_year = Lunar.fromYmd(2027, 1, 1).getSolar()
        reckoned = {
            "2027-01-01",
            *(new_year.next(number).toYmd() for number in (-1, 0, 1, 2)),
            Lunar.fromYmd(2027, 3, 1).getJieQiTable()["清明"].toYmd(),
            "2027-05-01",
            "2027-05-02",
            Lunar.fromYmd(2027, 5, 5).getSolar().toYmd(),
            Lunar.fromYmd(2027, 8, 15).getSolar().toYmd(),
            *(f"2027-10-0{day}" for day in (1, 2, 3)),
        }
        ours = self.Day.search([("is_provisional", "=", True)])
        self.assertEqual({day.date.isoformat() for day in ours}, reckoned)
        self.assertEqual(set(ours.mapped("kind")), {"holiday"})

    def test_add_and_count(self):
        """A decision table of adding and counting, over holidays and exchanges."""
        for start, days, expected in (
            ("2026-10-09", 1, "2026-10-10"),  # a Saturday worked in exchange
            ("2026-10-10", 1, "2026-10-12"),
            ("2026-10-11", 1, "2026-10-12"),  # from a Sunday
            ("2026-09-30", 1, "2026-10-08"),  # over the National Day
            ("2026-10-04", 1, "2026-10-08"),
            ("2026-02-13", 1, "2026-02-14"),
            ("2026-02-14", 1, "2026-02-24"),  # over the Spring Festival
            ("2026-02-24", -1, "2026-02-14"),
            ("2026-02-20", -1, "2026-02-14"),
            ("2026-02-20", 0, "2026-02-20"),
            ("2026-01-04", 5, "2026-01-09"),  # from a Sunday that is worked
            ("2026-11-02", 30, "2026-12-14"),
        ):
            with self.subTest(start=start, days=days):
                self.assertEqual(self.add(start, days), expected)
                if days >= 0:
                    self.assertEqual(self.count(start, expected), days)
        self.assertEqual(self.count("2026-10-12", "2026-10-10"), -1)

    def test_same_as_counting_by_hand(self):
        """Two years, day by day, against a loop over the weekdays and exceptions."""
        exceptions = {
            day.date: day.kind == "working"
            for day in self.Day.search([("country_id", "=", self.china.id)])
        }
        day = date(2025, 1, 1)
        worked = []
        while day < date(2027, 1, 1):
            if exceptions.get(day, day.isoweekday() <= 5):
                worked.append(day)
            day += timedelta(days=1)
        self.assertEqual(len([one for one in worked if one.year == 2026]), 248)
        for index in range(0, len(worked) - 20, 7):
            self.assertEqual(
                self.Workday._crm_add(self.company, worked[index], 20),
                worked[index + 20],
            )
            self.assertEqual(
                self.Workday._crm_add(self.company, worked[index + 20], -20),
                worked[index],
            )

    def test_beyond_the_calendar(self):
        """Days before and after the rows go by the weekdays, without a seam."""
        first, ordinals = self.Workday._crm_ordinals(self.company)
        last = first + timedelta(days=len(ordinals) - 1)
        for day in (
            *(first + timedelta(days=offset) for offset in range(-30, 30)),
            *(last + timedelta(days=offset) for offset in range(-30, 30)),
        ):
            for days in (1, 3, 5, 17):
                later = self.Workday._crm_add(self.company, day, days)
                self.assertEqual(
                    self.Workday._crm_count(self.company, day, later), days
                )
                self.assertTrue(self.Workday._crm_is_working(self.company, later))
                if self.Workday._crm_is_working(self.company, day):
                    self.assertEqual(
                        self.Workday._crm_add(self.company, later, -days), day
                    )
        far = self.Workday._crm_add(self.company, date(2100, 1, 1), 5)
        self.assertEqual(far, date(2100, 1, 8))

    def test_countries(self):
        """Chinese days hold in China and where no country is said, nowhere else."""
        nowhere = self.env["res.company"].create({"name": "无国家公司"})
        self.assertEqual(self.add("2026-09-30", 1, nowhere), "2026-10-08")
        self.assertEqual(self.add("2026-09-30", 1, self.taiwan), "2026-10-01")
        nowhere.country_id = self.env.ref("base.tw")
        self.assertEqual(self.add("2026-09-30", 1, nowhere), "2026-10-01")
        nowhere.country_id = self.china
        self.assertEqual(self.add("2026-09-30", 1, nowhere), "2026-10-08")

    def test_own_days(self):
        """A company's own day outweighs the country's, for its branches too."""
        branch = self.env["res.company"].create(
            {"name": "北京分部", "parent_id": self.company.id}
        )
        anniversary = self.Day.with_user(self.boss).create(
            {
                "name": "厂庆",
                "date": "2026-11-18",
                "company_id": self.company.id,
            }
        )
        self.assertEqual(self.add("2026-11-17", 1), "2026-11-19")
        self.assertEqual(self.add("2026-11-17", 1, branch), "2026-11-19")
        self.assertEqual(self.add("2026-11-17", 1, self.taiwan), "2026-11-18")
        anniversary.write({"date": "2026-10-01", "kind": "working"})
        self.assertEqual(self.add("2026-11-17", 1), "2026-11-18")
        self.assertEqual(self.add("2026-09-30", 1), "2026-10-01")
        anniversary.active = False
        self.assertEqual(self.add("2026-09-30", 1), "2026-10-08")
        anniversary.active = True
        anniversary.unlink()
        self.assertEqual(self.add("2026-09-30", 1), "2026-10-08")
        self.Day.create({"name": "全体停工", "date": "2026-11-18"})
        self.assertEqual(self.add("2026-11-17", 1, self.taiwan), "2026-11-19")

    def test_weekly_pattern(self):
        """A company that works on Saturdays; no company works on no day at all."""
        self.company.crm_works_saturday = True
        self.assertEqual(self.add("2026-11-20", 1), "2026-11-21")
        self.assertEqual(self.add("2026-10-02", 1), "2026-10-08")
        weekdays = self.company._crm_weekday_fields()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.company.write(dict.fromkeys(weekdays, False))
            self.env.flush_all()

    def test_one_statement(self):
        """Rebuilding writes what differs: nothing when nothing does."""
        self.env.flush_all()
        self.assertFalse(self.Workday._crm_rebuild())
        self.env.cr.execute("SELECT max(id) FROM crm_workday")
        before = self.env.cr.fetchone()
        self.Day.create({"name": "x", "date": "2026-11-18", "kind": "working"})
        self.env.cr.execute("SELECT max(id) FROM crm_workday")
        self.assertEqual(self.env.cr.fetchone(), before, "a Wednesday is worked anyway")

    def test_reckoning_in_sql(self):
        """What is joined in SQL agrees with what is asked one by one."""
        starts = [date(2026, 1, 1) + timedelta(days=7 * week) for week in range(40)]
        rows = self.env.execute_query(
            SQL(
                "SELECT start, %s FROM unnest(%s::date[]) AS start",
                self.Workday._crm_add_sql(
                    SQL("%s", self.company.id), SQL("start"), SQL("10")
                ),
                starts,
            )
        )
        self.assertEqual(
            {start: self.Workday._crm_add(self.company, start, 10) for start in starts},
            dict(rows),
        )

    def test_rights(self):
        """The boss keeps the calendar; everybody reads it; nobody writes its rows."""
        values = {"name": "x", "date": "2026-12-24"}
        day = self.Day.with_user(self.boss).create(values)
        for user in (self.director, self.sam, self.employee):
            self.assertTrue(day.with_user(user).name)
            with self.assertRaises(AccessError):
                self.Day.with_user(user).create({**values, "date": "2026-12-25"})
            with self.assertRaises(AccessError):
                day.with_user(user).kind = "working"
        row = self.Workday.search([("date", "=", "2026-12-24")], limit=1)
        for user in (self.boss, self.sam):
            with self.assertRaises(AccessError):
                row.with_user(user).is_working = True
        with self.assertRaises(AccessError):
            self.Day.with_user(self.boss).create(
                {**values, "company_id": self.taiwan.id}
            )

    def test_twice_and_both(self):
        """One entry for each day and place; a place is a company or a country."""
        values = {"name": "x", "date": "2026-12-24"}
        self.Day.create(values)
        for wrong in (
            values,
            {**values, "company_id": self.company.id, "country_id": self.china.id},
        ):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.Day.create(wrong)
                self.env.flush_all()

    def test_import(self):
        """A company imports a list of its own days through the list's import."""
        result = self.Day.with_user(self.boss).load(
            ["date", "name", "kind", "company_id/.id"],
            [
                ["2026-12-24", "年会", "holiday", str(self.company.id)],
                ["2026-12-26", "年会补班", "working", str(self.company.id)],
            ],
        )
        self.assertEqual(len(result["ids"]), 2, result["messages"])
        self.assertEqual(self.add("2026-12-23", 1), "2026-12-25")
        self.assertEqual(self.add("2026-12-25", 1), "2026-12-26")

    def test_releases_step_aside(self):
        """Days that come with a release give way to those the boss has entered."""
        values = {
            "name": "元旦",
            "date": "2028-01-01",
            "country_id": self.china.id,
            "kind": "holiday",
        }
        own = self.Day.create(values)
        loaded = self.Day.with_context(install_mode=True).create({**values})
        self.assertTrue(own.active)
        self.assertFalse(loaded.active)

    @freeze_time("2026-11-22 02:00:00")
    def test_notice_is_asked_for(self):
        """From November on every boss is reminded once of next year's notice."""
        bosses = self.env.ref("crm_base.group_boss").all_user_ids.filtered(
            lambda user: user.active and not user.share
        )
        told = self.Workday._crm_ask_for_notice(date(2026, 11, 22))
        self.assertEqual(told, len(bosses))
        self.assertEqual(self.Workday._crm_ask_for_notice(date(2026, 11, 23)), 0)
        reminder = self.env["crm.reminder"].search(
            [("user_id", "=", self.boss.id), ("res_model", "=", "crm.calendar.day")]
        )
        self.assertIn("2027", reminder.note)
        self.assertEqual(self.Workday._crm_ask_for_notice(date(2026, 10, 31)), 0)
        self.Day.search([("is_provisional", "=", True)]).is_provisional = False
        self.assertEqual(self.Workday._crm_ask_for_notice(date(2027, 2, 1)), 0)

    @freeze_time("2026-11-22 02:00:00")
    def test_notice_is_asked_for_once(self):
        """Whoever has corrected one day is not asked again about the next one."""
        self.Workday._crm_ask_for_notice(date(2026, 11, 22))
        first = self.Day.search(
            [("is_provisional", "=", True), ("date", ">=", "2027-01-01")],
            order="date",
            limit=1,
        )
        first.is_provisional = False
        self.assertEqual(self.Workday._crm_ask_for_notice(date(2026, 11, 23)), 0)

    @freeze_time("2026-11-22 02:00:00")
    def test_notice_of_another_company(self):
        """A company's own day is told to its people; it stops nobody's calendar."""
        other = self.env["res.company"].create({"name": "另一家"})
        self.Day.search([("is_provisional", "=", True)]).is_provisional = False
        self.Day.create(
            {
                "name": "厂休",
                "date": "2027-01-04",
                "company_id": other.id,
                "is_provisional": True,
            }
        )
        theirs = self._crm_user(
            "otto",
            "boss",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self.boss.company_ids & other)
        self.Workday._cron_workdays()
        told = self.env["crm.reminder"].search(
            [("res_model", "=", "crm.calendar.day"), ("user_id", "!=", False)]
        )
        self.assertIn(theirs, told.user_id)
        self.assertNotIn(self.boss, told.user_id)

    def test_country_of_the_contact(self):
        """The calendar follows the company's country, by whichever form it changes."""
        company = self.env["res.company"].create({"name": "另一家"})
        day = date(2026, 10, 7)
        self.assertFalse(self.Workday._crm_is_working(company, day))
        company.partner_id.country_id = self.env.ref("base.de")
        self.assertTrue(self.Workday._crm_is_working(company, day))

    def test_country_of_what_is_given_away(self):
        """Country and owner are written in one go, though the customer is gone then."""
        customer = self._customer(self.sam)
        customer.with_user(self.manager).write(
            {"user_id": self.xia.id, "country_id": self.env.ref("base.de").id}
        )
        self.assertEqual(customer.user_id, self.xia)

    def test_next_year(self):
        """The daily job adds the year that has come into reach; ordinals go on."""
        with freeze_time("2027-01-01 03:00:00"):
            self.Workday._cron_workdays()
        first, ordinals = self.Workday._crm_ordinals(self.company)
        last = first + timedelta(days=len(ordinals) - 1)
        self.assertEqual(last, date(2032, 12, 31))
        rows = self.Workday.search(
            [("company_id", "=", self.company.id), ("date", ">", "2031-12-25")]
        )
        ordinals = rows.sorted("date").mapped("ordinal")
        self.assertEqual(ordinals, sorted(ordinals))


@tagged("post_install", "-at_install")
class TestCalendarDoors(CalendarCase, HttpCase):
    """Covers: P04."""

    def test_json2(self):
        """Over the API the boss adds a day, a salesperson is refused."""
        for user, status in ((self.boss, 200), (self.sam, 403)):
            key = (
                self.env["res.users.apikeys"]
                .with_user(user)
                .sudo()
                ._generate(None, "test", date(2030, 1, 1))
            )
            response = self.url_open(
                "/json/2/crm.calendar.day/create",
                json={"vals_list": [{"name": "年会", "date": "2026-12-24"}]},
                headers={"Authorization": f"bearer {key}"},
            )
            self.assertEqual(response.status_code, status, response.text[:300])
