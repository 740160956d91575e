from datetime import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SaleCase

JANUARY = ("2026-01-01", "2026-01-31")
FEBRUARY = ("2026-02-01", "2026-02-28")


class FunnelCase(SaleCase):
    """Six opportunities whose figures are reckoned by hand in the tests.

    ::

        a  sam  Jan 5 found, 10 visited, 20 offered, Feb 1 agreed, Feb 10 won      100
        b  sam  Jan 6 found, 16 visited, 26 lost                                   200
        c  sam  Jan 7 found, 12 offered (visited is passed over), 15 back: visited 300
        d  sue  Jan 8 found                                                        400
        e  sam  Feb 2 offered at once, Feb 12 won, Feb 14 taken back: agreed       500
        f  sam  Jan 9 found, 11 visited, 13 to xia in South                        600
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.a = cls._story(100, "01-05")
        cls.b = cls._story(200, "01-06")
        cls.c = cls._story(300, "01-07")
        cls.d = cls._story(400, "01-08", cls.sue)
        cls.f = cls._story(600, "01-09")
        cls._go(cls.a, ("01-10", cls.visited), ("01-20", cls.offered))
        cls._go(cls.a, ("02-01", cls.agreed), ("02-10", cls.won))
        cls._go(cls.b, ("01-16", cls.visited))
        with freeze_time("2026-01-26 03:00:00"):
            cls.b.with_user(cls.sam).action_set_lost(lost_reason_id=cls._lost_reason())
        cls._go(cls.c, ("01-12", cls.offered), ("01-15", cls.visited))
        cls._go(cls.f, ("01-11", cls.visited))
        with freeze_time("2026-01-13 03:00:00"):
            cls.f.with_user(cls.manager).with_context(active_test=False).write(
                {"user_id": cls.xia.id}
            )
        cls.e = cls._story(500, "02-02", stage_id=cls.offered.id)
        cls._go(cls.e, ("02-12", cls.won), ("02-14", cls.agreed))
        cls.env.flush_all()

    @classmethod
    def _story(cls, amount, day, owner=None, **values):
        """Create an opportunity on a day of 2026, at noon in Beijing."""
        with freeze_time(f"2026-{day} 03:00:00"):
            return cls._opportunity(owner, expected_revenue=amount, **values)

    @classmethod
    def _go(cls, lead, *steps):
        """Take an opportunity to stages on days."""
        for day, stage in steps:
            with freeze_time(f"2026-{day} 03:00:00"):
                lead.with_user(lead.user_id).stage_id = stage

    def _funnel(self, user=None, **options):
        """Return the funnel of Beijing's process, as the director."""
        funnel = self.env["crm.funnel"].with_user(user or self.director)
        options.setdefault("process_id", self.beijing.id)
        return funnel.compute_funnel(**options)

    def _figures(self, funnel, *names):
        """Return some figures of all stages (dict of name to list)."""
        return {name: [stage[name] for stage in funnel["stages"]] for name in names}


@tagged("post_install", "-at_install")
class TestFunnel(FunnelCase):
    """Funnels from the history agree with what was reckoned by hand."""

    def test_cohort(self):
        """Of those that began in January, how many came how far. Covers: S04."""
        funnel = self._funnel(date_from=JANUARY[0], date_to=JANUARY[1])
        self.assertEqual(
            [stage["name"] for stage in funnel["stages"]],
            ["发现", "拜访", "报价", "谈判", "成交"],
        )
        self.assertEqual(
            self._figures(
                funnel,
                "entered",
                "amount",
                "advanced",
                "passed",
                "won",
                "lost",
                "lost_here",
                "open_here",
                "moved_here",
                "median_days",
            ),
            {
                "entered": [5, 4, 2, 1, 1],
                "amount": [1600, 1200, 400, 100, 100],
                "advanced": [4, 2, 1, 1, 0],
                "passed": [0, 1, 0, 0, 0],
                "won": [1, 1, 1, 1, 1],
                "lost": [1, 1, 0, 0, 0],
                "lost_here": [0, 1, 0, 0, 0],
                "open_here": [1, 0, 1, 0, 0],
                "moved_here": [0, 1, 0, 0, 0],
                # found: 5, 10, 5 and 2 days; visited: 10, and c never stood in it
                "median_days": [5, 10, 12, 9, False],
            },
        )
        first, second, *_rest, last = funnel["stages"]
        self.assertEqual((first["share"], first["conversion"]), (1, 0.8))
        self.assertEqual((second["share"], second["conversion"]), (0.8, 0.5))
        self.assertEqual((last["share"], last["conversion"]), (0.2, 0))
        self.assertEqual(second["amount_share"], 0.75)
        self.assertTrue(last["is_won"])

    def test_entered(self):
        """What was reached in February, whenever it began. Covers: S04."""
        funnel = self._funnel(
            date_from=FEBRUARY[0], date_to=FEBRUARY[1], mode="entered"
        )
        # e was put at the offer; its win was taken back, a reached two stages
        self.assertEqual(
            self._figures(funnel, "entered", "passed", "amount"),
            {
                "entered": [1, 1, 1, 2, 1],
                "passed": [1, 1, 0, 0, 0],
                "amount": [500, 500, 500, 600, 100],
            },
        )

    def test_present(self):
        """What is open now, by the stage that it is in. Covers: S04."""
        for lead, day in ((self.c, 15), (self.d, 8)):
            lead.date_last_stage_update = datetime(2026, 1, day, 3)
        self.e.date_last_stage_update = datetime(2026, 2, 14, 3)
        with freeze_time("2026-02-24 03:00:00"):
            funnel = self._funnel(mode="present", team_id=self.beijing.id)
        self.assertEqual(
            self._figures(funnel, "entered", "amount", "median_days", "conversion"),
            {
                "entered": [1, 1, 0, 1, 0],
                "amount": [400, 300, 0, 500, 0],
                "median_days": [47, 40, False, 10, False],
                "conversion": [False] * 5,
            },
        )
        self.assertEqual(funnel["stages"][0]["amount_share"], 1 / 3)

    def test_people_and_periods(self):
        """The same by person, team and month, in one answer. Covers: S04."""
        funnel = self._funnel(group_by="user")
        by_person = {
            group["label"]: [stage["entered"] for stage in group["stages"]]
            for group in funnel["groups"]
        }
        self.assertEqual(by_person, {"Sam": [5, 5, 3, 2, 1], "Sue": [1, 0, 0, 0, 0]})
        self.assertEqual(funnel["groups"][0]["key"], self.sam.id)
        months = self._funnel(group_by="month")["groups"]
        self.assertEqual(
            [(month["label"], month["stages"][0]["entered"]) for month in months],
            [("2026-01", 5), ("2026-02", 1)],
        )
        teams = self._funnel(group_by="team", mode="entered")["groups"]
        self.assertEqual([team["label"] for team in teams], ["Beijing"])
        self.assertEqual(self._funnel(user_id=self.sue.id)["stages"][0]["entered"], 1)
        self.assertEqual(self._funnel(team_id=self.south.id)["stages"][0]["entered"], 0)
        self.assertEqual(self._funnel(team_id=self.north.id)["stages"][0]["entered"], 6)

    def test_days_of_the_user(self):
        """A day begins where the user is. Covers: S04."""
        with freeze_time("2026-02-28 17:00:00"):  # one in the morning of 1 March
            self._opportunity()
        funnel = self._funnel(date_from="2026-03-01", date_to="2026-03-01")
        self.assertEqual(funnel["stages"][0]["entered"], 1)

    def test_another_process(self):
        """Who changes the team leaves one process and begins the other. Covers: S04."""
        funnel = self._funnel(process_id=False, team_id=self.south.id)
        self.assertEqual(funnel["process_id"], self.south.id)
        self.assertEqual(funnel["stages"][0]["entered"], 1)
        self.assertEqual(funnel["stages"][0]["amount"], 600)
        mine = self._funnel(self.sam, process_id=False)
        self.assertEqual(mine["process_id"], self.beijing.id)
        names = {one["id"]: one["name"] for one in funnel["processes"]}
        self.assertEqual(names[self.beijing.id], "Beijing")

    def test_as_of_that_moment(self):
        """Giving away an opportunity changes no figure of the past. Covers: S04."""
        before = self._figures(self._funnel(user_id=self.sam.id), "entered", "amount")
        (self.a | self.c | self.e).with_user(self.boss).write(
            {"user_id": self.sue.id, "expected_revenue": 1}
        )
        self.assertEqual(
            self._figures(self._funnel(user_id=self.sam.id), "entered", "amount"),
            before,
        )

    def test_records_behind_each_figure(self):
        """Each figure opens exactly its opportunities. Covers: S04."""
        leads = self.env["crm.lead"].with_user(self.director)
        leads = leads.with_context(active_test=False)
        for options in (
            {},
            {"mode": "entered", "date_from": JANUARY[0], "date_to": JANUARY[1]},
            {"mode": "present"},
            {"group_by": "user"},
            {"group_by": "month"},
            {"group_by": "team", "mode": "present"},
        ):
            funnel = self._funnel(**options)
            for part in (funnel, *funnel["groups"]):
                for stage in part["stages"]:
                    pairs = {"domain": stage["entered"]}
                    if options.get("mode") != "present":
                        pairs["advanced_domain"] = stage["advanced"]
                        pairs["lost_domain"] = stage["lost_here"]
                        pairs["open_domain"] = stage["open_here"]
                    for name, count in pairs.items():
                        self.assertEqual(
                            leads.search_count(stage[name]), count, (options, name)
                        )

    def test_only_what_is_in_sight(self):
        """Nobody sees a figure of an opportunity that he may not read.

        Covers: S04, B01.
        """

        def entered(user):
            return self._funnel(user)["stages"][0]["entered"]

        self.assertEqual(entered(self.boss), 6)
        self.assertEqual(entered(self.director), 6)
        # f went to South: its January is no longer in sight of the North
        self.assertEqual(entered(self.manager), 5)
        self.assertEqual(entered(self.assistant), 5)
        self.assertEqual(entered(self.sam), 4)
        self.assertEqual(entered(self.sue), 1)
        # and is in that of whoever has it now
        self.assertEqual(entered(self.xia), 1)
        self.assertEqual(entered(self.tom), 0)
        for user in (self.employee, self.maintainer, self.portal):
            with self.assertRaises(AccessError):
                self._funnel(user)
            with self.assertRaises(AccessError):
                self.env["crm.stage.report"].with_user(user).search_count([])
        rows = self.env["crm.stage.report"].with_user(self.sam)
        self.assertFalse(rows.search([("lead_id", "=", self.d.id)]))
        self.assertEqual(rows._read_group([], ["owner_id"]), [(self.sam,)])

    def test_arguments(self):
        """What makes no sense is refused with words. Covers: S04."""
        for options in (
            {"mode": "sideways"},
            {"mode": ["cohort"]},
            {"date_to": "9999-12-31"},
            {"date_from": "0001-01-01"},
            {"user_id": "sam"},
            {"group_by": "phone"},
            {"group_by": "month", "mode": "present"},
            {"date_from": "yesterday"},
            {"date_from": "2026-02-01", "date_to": "2026-01-01"},
            {"team_id": 10**9},
            {"process_id": 10**9},
            {"process_id": "x"},
        ):
            with self.subTest(options=options), self.assertRaises(UserError):
                self._funnel(**options)

    def test_queries(self):
        """Queries do not grow with opportunities, people or months. Covers: S04."""

        def queries():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._funnel(group_by="user")
            return self.env.cr.sql_log_count - before

        queries()
        few = queries()
        for owner in (self.sam, self.sue, self.tom):
            self._opportunity(owner)
        for _number in range(10):
            self._opportunity()
        self.env.flush_all()
        # what making them has dropped from the caches
        queries()
        self.assertEqual(queries(), few)
        self.assertLessEqual(few, 12)
