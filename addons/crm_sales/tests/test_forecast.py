from datetime import date, datetime, timedelta
from random import Random

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import SaleCase

NOW = "2026-05-20 03:00:00"


class ForecastCase(SaleCase):
    """Deals of May and June 2026, of which it is 20 May."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.offered.forecast_category = "best"
        cls.agreed.forecast_category = "commit"

    def setUp(self):
        super().setUp()
        clock = freeze_time(NOW)
        clock.start()
        self.addCleanup(clock.stop)

    @classmethod
    def _deal(cls, amount, deadline, stage=None, owner=None, chance=60, **values):
        """Create an opportunity with an expected date and a probability."""
        return cls._opportunity(
            owner,
            expected_revenue=amount,
            date_deadline=deadline,
            probability=chance,
            stage_id=(stage or cls.found).id,
            **values,
        )

    def _forecast(self, user=None, **options):
        forecast = self.env["crm.forecast"].with_user(user or self.director)
        options.setdefault("date_from", "2026-05-01")
        options.setdefault("date_to", "2026-06-30")
        return forecast.compute_forecast(**options)

    def _amounts(self, figures):
        return {
            name: (figures[name]["count"], figures[name]["amount"])
            for name in ("closed", "commit", "best", "pipeline")
            if figures[name]["count"]
        }


@tagged("post_install", "-at_install")
class TestForecast(ForecastCase):
    """Commit, best case and pipeline agree with what was reckoned by hand."""

    def _deals(self):
        won = self._deal(100, "2026-06-05", self.agreed)
        won.with_user(self.sam).action_set_won()
        self._deal(200, "2026-05-25", self.agreed, chance=80)
        self._deal(300, "2026-06-10", self.offered, chance=50)
        self._deal(400, "2026-06-20", chance=10)
        self._deal(500, "2026-06-20", owner=self.sue, chance=10)
        self._deal(600, "2026-07-01", self.agreed)
        self._deal(700, "2026-05-10", self.offered, chance=20)
        self._deal(800, False, chance=20)
        self._deal(900, "2026-06-01").forecast_category = "omitted"
        lost = self._deal(1000, "2026-06-01", self.agreed)
        lost.with_user(self.sam).action_set_lost(lost_reason_id=self._lost_reason())
        self.env.flush_all()
        return won

    def test_by_month(self):
        """What is won counts when it was won, the rest when expected. Covers: S05."""
        self._deals()
        forecast = self._forecast()
        total = forecast["total"]
        self.assertEqual(
            self._amounts(total),
            {
                "closed": (1, 100),
                "commit": (1, 200),
                "best": (2, 1000),
                "pipeline": (2, 900),
            },
        )
        self.assertEqual((total["commit_total"], total["best_total"]), (300, 1300))
        # 100, 80 % of 200, 50 % of 300, 20 % of 700, 10 % of 900
        self.assertAlmostEqual(total["weighted"], 100 + 160 + 150 + 140 + 90)
        self.assertEqual(
            [(one["label"], self._amounts(one)) for one in forecast["groups"]],
            [
                (
                    "2026-05",
                    {"closed": (1, 100), "commit": (1, 200), "best": (1, 700)},
                ),
                ("2026-06", {"best": (1, 300), "pipeline": (2, 900)}),
            ],
        )
        self.assertEqual(
            (forecast["overdue"]["count"], forecast["overdue"]["amount"]), (1, 700)
        )
        self.assertEqual(
            (forecast["undated"]["count"], forecast["undated"]["amount"]), (1, 800)
        )

    def test_people(self):
        """The same by person and team. Covers: S05."""
        self._deals()
        people = {
            one["label"]: self._amounts(one)
            for one in self._forecast(group_by="user")["groups"]
        }
        self.assertEqual(people["Sue"], {"pipeline": (1, 500)})
        self.assertEqual(people["Sam"]["pipeline"], (1, 400))
        [team] = self._forecast(group_by="team")["groups"]
        self.assertEqual(team["label"], "Beijing")
        mine = self._forecast(user_id=self.sue.id)["total"]
        self.assertEqual(self._amounts(mine), {"pipeline": (1, 500)})
        south = self._forecast(team_id=self.south.id)["total"]
        self.assertEqual(self._amounts(south), {})

    def test_records_behind_each_figure(self):
        """Each figure opens exactly its deals. Covers: S05."""
        self._deals()
        leads = self.env["crm.lead"].with_user(self.director)
        leads = leads.with_context(active_test=False)
        for group_by in ("month", "quarter", "user", "team"):
            forecast = self._forecast(group_by=group_by)
            for figures in (forecast["total"], *forecast["groups"]):
                for name in ("closed", "commit", "best", "pipeline"):
                    part = figures[name]
                    found = leads.search(part["domain"])
                    self.assertEqual(len(found), part["count"], (group_by, name))
                    self.assertEqual(
                        sum(found.mapped("expected_revenue")), part["amount"]
                    )
            for name in ("overdue", "undated", "borderline"):
                found = leads.search_count(forecast[name]["domain"])
                self.assertEqual(found, forecast[name]["count"])

    def test_only_what_is_in_sight(self):
        """Nobody sees a figure of a deal that he may not read. Covers: S05, B01."""
        self._deals()

        def pipeline(user):
            return self._forecast(user)["total"]["pipeline"]["amount"]

        for user in (self.boss, self.director, self.manager, self.assistant):
            self.assertEqual(pipeline(user), 900)
        self.assertEqual(pipeline(self.sam), 400)
        self.assertEqual(pipeline(self.sue), 500)
        for user in (self.tom, self.xia, self.other_manager):
            self.assertEqual(pipeline(user), 0)
        for user in (self.employee, self.maintainer, self.portal):
            with self.assertRaises(AccessError):
                pipeline(user)

    def test_judgement(self):
        """The stage proposes, the owner decides, being won or lost ends it.

        Covers: S05.
        """
        lead = self._deal(100, "2026-06-01").with_user(self.sam)
        self.assertEqual(lead.forecast_category, "pipeline")
        lead.stage_id = self.agreed
        self.assertEqual(lead.forecast_category, "commit")
        with Form(lead, "crm.crm_lead_view_form") as form:
            form.forecast_category = "best"
        self.assertEqual(lead.forecast_choice, "best")
        lead.stage_id = self.offered
        self.assertEqual(lead.forecast_category, "best")
        lead.forecast_category = False
        self.assertEqual(lead.forecast_category, "best")
        lead.stage_id = self.agreed
        self.assertEqual(lead.forecast_category, "commit")
        with self.assertRaises(UserError):
            lead.forecast_category = "closed"
        lead.action_set_won()
        self.assertEqual(lead.forecast_category, "closed")
        with self.assertRaises(UserError):
            lead.forecast_category = "commit"
        lead.stage_id = self.agreed
        self.assertEqual(lead.forecast_category, "commit")
        lead.action_set_lost(lost_reason_id=self._lost_reason())
        self.assertEqual(lead.forecast_category, "omitted")
        self.assertFalse(self._lead(self.sam).forecast_category)
        made = self._opportunity(forecast_category="best")
        self.assertEqual(made.forecast_category, "best")
        with self.assertRaises(AccessError):
            made.with_user(self.tom).forecast_category = "commit"

    def test_stage_decides_for_all(self):
        """A stage that becomes surer takes its deals along. Covers: S05."""
        lead = self._deal(100, "2026-06-01")
        chosen = self._deal(100, "2026-06-01", forecast_category="omitted")
        self.found.with_user(self.director).forecast_category = "best"
        self.assertEqual(lead.forecast_category, "best")
        self.assertEqual(chosen.forecast_category, "omitted")

    def test_figures(self):
        """Forecast and win rate are metrics. Covers: S05, R01."""
        self._deals()
        metrics = self.env["crm.metric"].with_user(self.director)
        codes = [
            "forecast_commit_amount",
            "forecast_best_amount",
            "forecast_weighted_amount",
            "opportunities_overdue",
            "opportunity_win_rate",
        ]
        values = metrics.compute_values(codes, "2026-05-01", "2026-06-30")
        self.assertEqual([value["value"] for value in values], [200, 1200, 540, 1, 50])

    def test_queries(self):
        """Queries do not grow with deals. Covers: S05."""

        def queries():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._forecast(group_by="user")
            return self.env.cr.sql_log_count - before

        self._deal(1, "2026-06-01")
        self.env.flush_all()
        queries()
        few = queries()
        for number in range(10):
            self._deal(number, "2026-06-01", owner=(self.sam, self.sue)[number % 2])
        self.env.flush_all()
        # what making them has dropped from the caches
        queries()
        self.assertEqual(queries(), few)
        self.assertLessEqual(few, 20)

    def test_arguments(self):
        """What makes no sense is refused with words. Covers: S05."""
        for options in ({"group_by": "phone"}, {"date_from": 5}, {"team_id": 10**9}):
            with self.subTest(options=options), self.assertRaises(UserError):
                self._forecast(**options)


@tagged("post_install", "-at_install")
class TestBorderline(ForecastCase):
    """Deals of which the forecast is in doubt."""

    def _doubts(self, lead, **values):
        lead.write({"date_deadline": "2026-06-01", "expected_revenue": 5, **values})
        return lead.forecast_risk

    def test_each_doubt(self):
        """Date, amount, probability, time in the stage, follow-ups. Covers: S05."""
        lead = self._deal(5, "2026-06-01", self.agreed, chance=60)
        self.assertFalse(lead.is_borderline)
        self.assertEqual(self._doubts(lead, probability=30), "committed at 30%")
        self.assertIn("passed", self._doubts(lead, date_deadline="2026-05-19"))
        self.assertIn("no expected date", self._doubts(lead, date_deadline=False))
        self.assertIn("amount", self._doubts(lead, expected_revenue=0))
        lead.probability = 60
        self.agreed.rotting_threshold_days = 5
        lead.date_last_stage_update = datetime(2026, 5, 14)
        self.assertEqual(self._doubts(lead), "too long in its stage")
        self.agreed.rotting_threshold_days = 0
        lead._crm_workflow().last_followup_at = datetime(2026, 5, 5)
        self.assertEqual(self._doubts(lead), "not followed up for 14 days")
        self._lead_followup(self.sam, lead, done=True)
        self.assertFalse(lead.is_borderline)
        likely = self._deal(5, "2026-06-01", chance=85)
        self.assertEqual(likely.forecast_risk, "not committed at 85%")
        likely.with_user(self.sam).action_set_won()
        self.assertFalse(likely.is_borderline)

    def test_list_and_reasons_agree(self):
        """The list holds exactly what has a reason. Covers: S05."""
        random = Random(5)
        self.offered.rotting_threshold_days = 7
        for _number in range(40):
            lead = self._deal(
                random.choice([0, 10]),
                random.choice([False, date(2026, 5, 1), date(2026, 6, 1)]),
                random.choice(self.stages),
                chance=random.choice([10, 50, 60, 80, 95]),
            )
            lead.date_last_stage_update = datetime(2026, 5, 20) - timedelta(
                days=random.randrange(20)
            )
            if random.random() < 0.5:
                followed = datetime(2026, 5, 20) - timedelta(days=random.randrange(30))
                lead._crm_workflow().last_followup_at = followed
            if random.random() < 0.2:
                lead.forecast_category = random.choice(["omitted", "commit"])
            if random.random() < 0.1:
                lead.with_user(self.sam).action_set_lost(
                    lost_reason_id=self._lost_reason()
                )
        leads = self.env["crm.lead"].with_user(self.sam)
        leads = leads.with_context(active_test=False)
        found = leads.search([("is_borderline", "=", True)])
        others = leads.search([("is_borderline", "=", False)])
        everything = leads.search([])
        self.assertEqual(found, everything.filtered("is_borderline"))
        self.assertEqual(found, everything.filtered("forecast_risk"))
        self.assertEqual(others, everything - found)
        self.assertTrue(found)
        self.assertTrue(others)
