from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from .common import CrmCase

LONG = "客户对样品很满意，约好下周三来厂里看生产线"


@tagged("post_install", "-at_install")
class TestMetric(CrmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.metrics = cls.env["crm.metric"]
        cls.customers = {
            user: cls._customer(user, f"客户 {user.login}")
            for user in (cls.sam, cls.sue, cls.tom, cls.xia)
        }
        days = ("2026-03-01", "2026-03-02", "2026-04-10")
        for number, (user, customer) in enumerate(cls.customers.items()):
            for day in days[: number % 3 + 1]:
                with freeze_time(f"{day} 04:00:00"):
                    cls._followup(
                        user, customer, done=True, content=f"{LONG}{user.login}{day}"
                    )

    def _value(self, user, code, *args, **kwargs):
        (result,) = self.metrics.with_user(user).compute_values([code], *args, **kwargs)
        return result

    def test_callers_rights(self):
        """Everybody's figure is the figure of what they may read.

        Covers: B10.
        """
        span = ("2026-01-01", "2026-12-31")
        # Sam 1, Sue 2, Tom 3, Xia 1
        for user, expected in (
            (self.sam, 1),
            (self.sue, 2),
            (self.manager, 6),
            (self.assistant, 6),
            (self.other_manager, 1),
            (self.director, 7),
        ):
            self.assertEqual(
                self._value(user, "followups_done", *span)["value"],
                expected,
                user.login,
            )
            self.assertEqual(
                self._value(user, "followups_effective", *span)["value"],
                expected,
                user.login,
            )
        with self.assertRaises(AccessError):
            self._value(self.employee, "followups_done", *span)
        with self.assertRaises(AccessError):
            self._value(self.portal, "customers_owned")

    def test_parts_sum_to_the_whole(self):
        """The scopes of the teams add up to the director's, groups to their total.

        Covers: B10.
        """
        for code in ("followups_done", "customers_owned"):
            whole = self._value(self.director, code)["value"]
            parts = sum(
                self._value(user, code)["value"]
                for user in (self.sam, self.sue, self.tom, self.xia)
            )
            self.assertEqual(whole, parts)
            result = self._value(self.director, code, group_by="user")
            self.assertEqual(sum(group["value"] for group in result["groups"]), whole)
            self.assertEqual(
                {group["key"] for group in result["groups"]},
                {user.id for user in self.customers},
            )
        for period in ("day", "week", "month", "quarter", "year"):
            result = self._value(self.director, "followups_done", group_by=period)
            self.assertEqual(
                sum(group["value"] for group in result["groups"]), result["value"]
            )

    def test_distinct_and_average(self):
        """Distinct customers are counted once; averages leave out who was not asked.

        Covers: B10.
        """
        self.assertEqual(self._value(self.sue, "customers_followed")["value"], 1)
        self.assertEqual(self._value(self.director, "customers_followed")["value"], 4)
        self.assertEqual(self._value(self.sam, "followup_satisfaction")["value"], 0)
        for mark in ("5", "4", False):
            self._followup(
                self.sam, self.customers[self.sam], done=True, satisfaction=mark
            )
        self.assertEqual(self._value(self.sam, "followup_satisfaction")["value"], 4.5)

    def test_periods(self):
        """First and last day belong to the period; an open end has no end.

        Covers: B10.
        """
        for span, expected in (
            (("2026-03-01", "2026-03-01"), 1),
            (("2026-03-02", "2026-03-02"), 1),
            (("2026-03-01", "2026-03-02"), 2),
            (("2026-03-03", "2026-04-09"), 0),
            (("2026-03-02", False), 2),
            ((False, "2026-03-31"), 2),
        ):
            self.assertEqual(
                self._value(self.tom, "followups_done", *span)["value"], expected, span
            )

    def test_day_begins_where_the_user_is(self):
        """A day is a day of the user's time zone, in totals and in groups alike.

        Covers: B10.
        """
        # 23:30 and 00:30 in Shanghai
        for number, when in enumerate(("2026-05-10 15:30:00", "2026-05-10 16:30:00")):
            with freeze_time(when):
                self._followup(
                    self.sam,
                    self.customers[self.sam],
                    done=True,
                    content=f"{LONG}{number}",
                )
        for context in ({}, {"tz": "Asia/Shanghai"}):
            metrics = self.metrics.with_user(self.sam).with_context(**context)
            for day in ("2026-05-10", "2026-05-11"):
                (result,) = metrics.compute_values(
                    ["followups_done"], day, day, group_by="day"
                )
                self.assertEqual(result["value"], 1)
                self.assertEqual(
                    [(group["key"][:10], group["value"]) for group in result["groups"]],
                    [(day, 1)],
                )
        (result,) = (
            self.metrics.with_user(self.sam)
            .with_context(tz="UTC")
            .compute_values(["followups_done"], "2026-05-10", "2026-05-10")
        )
        self.assertEqual(result["value"], 2)

    def test_comparison(self):
        """The span before, or the same span a year earlier.

        Covers: B10.
        """
        result = self._value(
            self.tom, "followups_done", "2026-03-02", "2026-03-02", compare="previous"
        )
        self.assertEqual((result["value"], result["compare_value"]), (1, 1))
        result = self._value(
            self.tom, "followups_done", "2026-03-03", "2026-03-04", compare="previous"
        )
        self.assertEqual((result["value"], result["compare_value"]), (0, 2))
        result = self._value(
            self.tom, "followups_done", "2027-03-01", "2027-04-30", compare="year"
        )
        self.assertEqual((result["value"], result["compare_value"]), (0, 3))
        result = self._value(self.tom, "followups_done", "2026-03-01", "2026-03-31")
        self.assertIs(result["compare_value"], False)

    def test_bad_input(self):
        """Whoever asks wrongly is told so in words.

        Covers: B10, B25.
        """
        for args in (
            (["nothing"],),
            ("nothing",),
            (["followups_done"], "2026-03-02", "2026-03-01"),
            (["followups_done"], "yesterday", "2026-03-01"),
            (["followups_done"], "2026-13-01"),
            (["followups_done"], False, False, "moon"),
            (["followups_done"], False, False, "name.x"),
            (["followups_done"], False, False, "content"),
            (["followups_done"], False, False, ["user"]),
            (["customers_owned"], False, False, "month"),
            (["followups_done"], False, False, False, "previous"),
            (["followups_done"], "2026-03-01", "2026-03-02", False, "decade"),
        ):
            with self.assertRaises(UserError, msg=args):
                self.metrics.with_user(self.sam).compute_values(*args)

    def test_group_by_field(self):
        """Any stored field of the model groups; labels are the reader's.

        Covers: B10.
        """
        result = self._value(self.tom, "followups_done", group_by="method_id")
        self.assertEqual(
            result["groups"],
            [{"key": self.phone.id, "label": self.phone.name, "value": 3}],
        )
        result = self._value(self.tom, "followups_done", group_by="state")
        self.assertEqual(result["groups"][0]["key"], "done")
        self.assertNotEqual(result["groups"][0]["label"], "")

    def test_groups_restrict(self):
        """A figure kept for some groups is left out for the others.

        Covers: B10.
        """
        metric = self.env.ref("crm_base.metric_followups_done")
        metric.group_ids = [Command.link(self.env.ref("crm_base.group_director").id)]
        codes = ["followups_done", "customers_owned"]
        for user, expected in (
            (self.manager, ["customers_owned"]),
            (self.director, codes),
            (self.boss, codes),
        ):
            results = self.metrics.with_user(user).compute_values(codes)
            self.assertEqual([result["code"] for result in results], expected)

    def test_definitions_are_checked(self):
        """A metric that cannot be computed is refused when it is saved.

        Covers: B10, B22.
        """
        good = {
            "code": "x",
            "name": "x",
            "model_id": self.env["ir.model"]._get_id("crm.followup"),
        }
        metrics = self.metrics.with_user(self.boss)
        for bad in (
            {"domain": "[('nothing', '=', 1)]"},
            {"domain": "__import__('os')"},
            {"domain": "[("},
            {"measure": "content"},
            {"measure": "nothing"},
            {"measure": "is_overdue"},
            {"date_field": "user_id"},
            {"user_field": "name"},
        ):
            with self.assertRaises(ValidationError, msg=bad):
                metrics.create({**good, **bad})
        metrics.create({**good, "measure": "checkin_distance", "aggregate": "avg"})
        with self.assertRaises(AccessError):
            self.metrics.with_user(self.director).create(good)

    def test_open_records(self):
        """The records behind a figure are as many as the figure says.

        Covers: B10.
        """
        metric = self.env.ref("crm_base.metric_followups_done").with_user(self.manager)
        action = metric.action_open_records("2026-03-01", "2026-03-31")
        found = (
            self.env[action["res_model"]]
            .with_user(self.manager)
            .search_count(action["domain"])
        )
        value = self._value(self.manager, "followups_done", "2026-03-01", "2026-03-31")
        self.assertEqual(found, value["value"])

    def test_every_metric_computes(self):
        """Each metric that is installed can be computed by the boss, grouped and not.

        Covers: B10.
        """
        for metric in self.metrics.search([]):
            group_by = "user" if metric.user_field else False
            result = self._value(
                self.boss, metric.code, "2026-01-01", "2026-12-31", group_by=group_by
            )
            self.assertIsInstance(result["value"], int | float)
