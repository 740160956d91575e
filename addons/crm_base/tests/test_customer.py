from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import BaseCase, Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..tools.lunar import lunar_to_solar, next_lunar_day
from .common import CrmCase


@tagged("post_install", "-at_install")
class TestCustomerNumber(CrmCase):
    def test_by_sequence(self):
        """Every customer gets a number by itself, contacts get none.

        Covers: B05.
        """
        first, second = self._customer(self.sam), self._customer(self.sue)
        self.assertRegex(first.customer_no, r"^C\d+$")
        self.assertNotEqual(first.customer_no, second.customer_no)
        self.assertFalse(self._contact(first).customer_no)

    def test_batch(self):
        """A batch is numbered in order, without gaps or doubles.

        Covers: B05.
        """
        customers = (
            self.env["res.partner"]
            .with_user(self.sam)
            .create([{"name": f"{i}", "is_crm_customer": True} for i in range(20)])
        )
        numbers = customers.mapped("customer_no")
        self.assertEqual(len(set(numbers)), 20)
        self.assertEqual(numbers, sorted(numbers))

    def test_typed_numbers_are_kept(self):
        """Numbers of an older system are taken over, and stepped over later.

        Covers: B05.
        """
        sequence = self.env.ref("crm_base.sequence_customer")
        ahead = sequence.get_next_char(sequence.number_next_actual + 1)
        typed = self._customer(self.sam, customer_no=ahead)
        self.assertEqual(typed.customer_no, ahead)
        numbers = {self._customer(self.sam).customer_no for _index in range(4)}
        self.assertEqual(len(numbers), 4)
        self.assertNotIn(ahead, numbers)

    def test_unique_per_company(self):
        """The same number twice is refused within a company, not across companies.

        Covers: B05.
        """
        self._customer(self.sam, customer_no="K1")
        with self.assertRaises(ValidationError):
            self._customer(self.sam, customer_no="K1")
        # whoever is not asked is refused by the database
        system = self.env["res.partner"]
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError) as caught:
            system.create({"name": "甲", "is_crm_customer": True, "customer_no": "K1"})
        self.assertIn("customer_no_uniq", str(caught.exception))
        other = self.env["res.company"].create({"name": "二公司"})
        self.boss.company_ids = [Command.link(other.id)]
        self._customer(self.boss, customer_no="K1", company_id=self.company.id)
        self._customer(self.boss, customer_no="K1", company_id=other.id)

    def test_own_sequence_of_a_company(self):
        """A company may count in its own way.

        Covers: B05.
        """
        other = self.env["res.company"].create({"name": "二公司"})
        self.env["ir.sequence"].create(
            {
                "name": "二公司客户号",
                "code": "crm.customer",
                "prefix": "EG-",
                "padding": 3,
                "company_id": other.id,
            }
        )
        self.boss.company_ids = [Command.link(other.id)]
        theirs = self._customer(self.boss, company_id=other.id)
        self.assertEqual(theirs.customer_no, "EG-001")
        self.assertFalse(self._customer(self.boss).customer_no.startswith("EG"))


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


@tagged("post_install", "-at_install")
class TestCustomerFile(CrmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam)

    def test_heat_expires(self):
        """Expired heat is cleared by the nightly job and stays in the log.

        Covers: B08.
        """
        level = self.env.ref("crm_base.dictionary_heat_level_warm")
        hot = self._customer(self.sam, "热点")
        values = {"heat_level_id": level.id, "heat_reason": "招标"}
        with freeze_time("2026-03-10 02:00:00"):
            self.customer.with_user(self.sam).write(
                {**values, "heat_until": "2026-03-10"}
            )
            hot.with_user(self.sam).write({**values, "heat_until": "2026-03-11"})
            self._run_cron("crm_base.ir_cron_clear_heat")
            self.assertTrue(self.customer.heat_level_id)
        with freeze_time("2026-03-11 02:00:00"):
            self._run_cron("crm_base.ir_cron_clear_heat")
        self.assertFalse(self.customer.heat_level_id)
        self.assertFalse(self.customer.heat_reason)
        self.assertFalse(self.customer.heat_until)
        self.assertTrue(hot.heat_level_id)
        log = "".join(self.customer.message_ids.mapped("body"))
        self.assertIn("招标", log)
        self.assertIn("2026-03-10", log)

    def test_favorites_are_personal(self):
        """Whoever reads a customer may mark it, for himself alone.

        Covers: B08.
        """
        self._share(self.customer, self.xia)
        for user in self.xia | self.assistant | self.sam:
            theirs = self.customer.with_user(user)
            self.assertFalse(theirs.is_favorite)
            theirs.is_favorite = True
            self.assertTrue(theirs.is_favorite)
            self.assertIn(theirs, theirs.search([("is_favorite", "=", True)]))
        self.assertFalse(self.customer.with_user(self.manager).is_favorite)
        self.assertEqual(
            self.customer.favorite_user_ids, self.xia | self.assistant | self.sam
        )
        theirs = self.customer.with_user(self.xia)
        theirs.web_save({"is_favorite": False}, {"is_favorite": {}})
        self.assertFalse(theirs.is_favorite)
        self.assertIn(theirs, theirs.search([("is_favorite", "=", False)]))
        self.assertIn(theirs, theirs.search([("is_favorite", "!=", True)]))
        with self.assertRaises(AccessError):
            self.customer.with_user(self.tom).is_favorite = True
        self.assertNotIn(self.tom, self.customer.favorite_user_ids)

    def test_favorite_on_creation(self):
        """A new customer may be a favourite at once.

        Covers: B08.
        """
        customer = self._customer(self.sam, "新", is_favorite=True)
        self.assertEqual(customer.favorite_user_ids, self.sam)

    def test_defaults_of_lists(self):
        """New customers get the default of each choice list, contacts get none.

        Covers: B05, B17.
        """
        form = Form(
            self.env["res.partner"]
            .with_user(self.sam)
            .with_context(default_is_crm_customer=True),
            view="crm_base.res_partner_view_form",
        )
        stage = self.env["crm.dictionary"]._crm_default("customer_stage")
        self.assertTrue(stage)
        self.assertEqual(form.customer_stage_id, stage)
        self.assertFalse(self._contact(self.customer).customer_stage_id)

    def test_stages_are_columns(self):
        """Every stage is a column of the kanban, empty ones too.

        Covers: B05.
        """
        result = (
            self.env["res.partner"]
            .with_user(self.sam)
            .with_context(read_group_expand=True)
            .web_read_group(
                [("is_crm_customer", "=", True)],
                ["customer_stage_id"],
                ["__count"],
                auto_unfold=True,
            )
        )
        found = {
            group["customer_stage_id"][0]: group["__count"]
            for group in result["groups"]
            if group["customer_stage_id"]
        }
        stages = self.env["crm.dictionary"].search([("kind", "=", "customer_stage")])
        self.assertEqual(set(found), set(stages.ids))

    def test_territory(self):
        """The region follows the province; a choice by hand stays.

        Covers: B27.
        """
        country = self.env.ref("base.cn")
        states = self.env["res.country.state"].search(
            [("country_id", "=", country.id)], limit=3
        )
        Territory = self.env["crm.territory"].with_user(self.director)
        north = Territory.create({"name": "北方", "state_ids": [(6, 0, states.ids)]})
        city = Territory.create(
            {
                "name": "首都",
                "parent_id": north.id,
                "state_ids": [(6, 0, states[0].ids)],
            }
        )
        south = Territory.create({"name": "南方"})
        self.assertEqual(city.complete_name, "北方 / 首都")
        theirs = self.customer.with_user(self.sam)
        theirs.state_id = states[0]
        self.assertEqual(theirs.territory_id, city, "the deepest region wins")
        theirs.state_id = states[1]
        self.assertEqual(theirs.territory_id, north)
        theirs.territory_id = south
        self.assertEqual(theirs.territory_id, south)
        theirs.state_id = False
        self.assertEqual(theirs.territory_id, south)
        self.assertIn(
            self.customer,
            self.env["res.partner"].search([("territory_id", "child_of", south.id)]),
        )
        with self.assertRaises(UserError):
            north.parent_id = city
        self.assertIn(
            city.id,
            [row[0] for row in Territory.with_user(self.sam).name_search("首都")],
        )
        with self.assertRaises(AccessError):
            south.with_user(self.sam).name = "x"


@tagged("post_install", "-at_install")
class TestDictionary(CrmCase):
    def _value(self, code="vip", kind="customer_level", **values):
        return (
            self.env["crm.dictionary"]
            .with_user(self.director)
            .create({"kind": kind, "code": code, "name": code, **values})
        )

    def test_in_use_cannot_be_deleted(self):
        """A value that any record uses can only be retired.

        Covers: B17.
        """
        value = self._value()
        customer = self._customer(self.sam, customer_level_id=value.id)
        with self.assertRaises(UserError):
            value.unlink()
        value.action_archive()
        self.assertEqual(customer.customer_level_id, value)
        levels = self.env["crm.dictionary"].search([("kind", "=", "customer_level")])
        self.assertNotIn(value, levels)
        customer.with_user(self.sam).customer_level_id = False
        value.unlink()
        self.assertFalse(value.exists())

    def test_use_by_the_unseen_counts(self):
        """A value used by somebody else's records is in use.

        Covers: B17.
        """
        value = self._value("trial", "followup_method")
        customer = self._customer(self.xia)
        self._followup(self.xia, customer, method_id=value.id)
        customer.action_archive()
        with self.assertRaises(UserError):
            value.unlink()

    def test_every_pointing_field_counts(self):
        """Every stored field of every addon that points to a list is looked at.

        Covers: B17.
        """
        columns = self.env["crm.dictionary"]._crm_columns()
        self.assertIn(("res_partner", "customer_level_id"), columns)
        self.assertIn(("crm_followup", "outcome_id"), columns)
        fields_found = self.env["ir.model.fields"].search(
            [
                ("relation", "=", "crm.dictionary"),
                ("ttype", "in", ("many2one", "many2many")),
                ("store", "=", True),
            ]
        )
        stored = [
            field
            for field in fields_found
            if not self.env[field.model]._abstract and self.env[field.model]._auto
        ]
        self.assertEqual(len(set(columns)), len(stored))

    def test_one_default(self):
        """The last value marked as default takes the mark from the others.

        Covers: B17.
        """
        first = self._value("one", is_default=True)
        second = self._value("two", is_default=True)
        self.assertFalse(first.is_default)
        second.action_archive()
        first.is_default = True
        second.action_unarchive()
        self.assertFalse(second.is_default)
        both = self._value("three") | self._value("four")
        both.write({"is_default": True})
        levels = self.env["crm.dictionary"].search(
            [("kind", "=", "customer_level"), ("is_default", "=", True)]
        )
        self.assertEqual(levels, both[1])
        other = self._value("five", "customer_type", is_default=True)
        self.assertTrue(both[1].is_default)
        self.assertTrue(other.is_default)

    def test_code_is_unique_in_its_list(self):
        """The same code may stand in two lists, not twice in one.

        Covers: B17.
        """
        self._value("x")
        self._value("x", "customer_type")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError) as caught:
            self._value("x")
        self.assertIn("code_uniq", str(caught.exception))

    def test_value_stays_in_its_list(self):
        """A value does not move to another list, where its users would not find it.

        Covers: B17.
        """
        value = self._value()
        with self.assertRaises(UserError):
            value.kind = "customer_type"
        value.kind = "customer_level"

    def test_rights(self):
        """Directors keep the lists, everybody else reads them.

        Covers: B17.
        """
        value = self._value()
        for user in self.sam | self.manager | self.assistant | self.employee:
            self.assertTrue(value.with_user(user).has_access("read"))
            for operation in ("write", "unlink", "create"):
                self.assertFalse(value.with_user(user).has_access(operation))

    def test_code_finds(self):
        """Code by code, retired values included, is how code finds values.

        Covers: B17.
        """
        value = self._value("gone")
        value.action_archive()
        Dictionary = self.env["crm.dictionary"]
        self.assertEqual(Dictionary._crm_get("customer_level", "gone"), value)
        self.assertFalse(Dictionary._crm_get("customer_type", "gone"))


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


@tagged("post_install", "-at_install")
class TestAddress(CrmCase):
    def test_address_names_a_municipality_once(self):
        """Province and city in one are named once in an address. Covers: B05."""
        china = self.env.ref("base.cn")
        shanghai, jiangsu = (
            self.env.ref("base.state_cn_SH"),
            self.env.ref("base.state_cn_JS"),
        )
        values = {"country_id": china.id, "district": "青浦区", "street": "华徐路888号"}
        customer = self._customer(
            self.sam, "甲公司", state_id=shanghai.id, city="上海市", **values
        )
        self.assertIn("上海市青浦区华徐路888号", customer._display_address())
        self.assertNotIn("上海市上海市", customer._display_address())
        customer.write({"state_id": jiangsu.id, "city": "苏州市"})
        self.assertIn("江苏省苏州市青浦区", customer._display_address())
