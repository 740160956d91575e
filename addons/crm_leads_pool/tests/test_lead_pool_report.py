"""The analysis of pools of leads agrees with a fixture worked out by hand."""

from datetime import datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import LeadPoolCase

START = datetime(2026, 3, 2, 2, 0, 0)


@tagged("post_install", "-at_install")
class TestLeadPoolReport(LeadPoolCase):
    """Covers: L08, P13, P14.

    ::

        day    甲            乙            丙            丁
        0      mia → pool    mia → pool    mia → pool    straight into pool
        10     Sam claims    Sam claims
        14     converted
        20                   Sam → pool    Sue claims
        25                   Tom assigned
        30                   converted     Sue → Tom
        33                                 converted
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Report = cls.env["crm.pool.lead.report"]

    def _on(self, days):
        self.env["crm.change.log"].flush_model()
        self.env.flush_all()
        return freeze_time(START + timedelta(days=days))

    def setUp(self):
        super().setUp()
        self.theirs = [("pool_id", "=", self.lead_pool.id)]
        with self._on(0):
            self.a, self.b, self.c = (self._pooled_lead(name=name) for name in "甲乙丙")
            self.lead_pool.with_user(self.other_manager).create_leads([{"name": "丁"}])
        with self._on(10):
            self._take(self.sam, self.a)
            self._take(self.sam, self.b)
        with self._on(14):
            self._convert(self.sam, self.a, "opportunity")
        with self._on(20):
            self._give_up(self.b)
            self._take(self.sue, self.c)
        with self._on(25):
            self._row(self.boss, self.b).action_assign(self.tom.id)
        with self._on(30):
            self._convert(self.tom, self.b, "")
            self.c.with_user(self.manager).action_transfer(self.tom.id)
        with self._on(33):
            self._convert(self.tom, self.c, "")
        self.env.flush_all()
        self.env.invalidate_all()

    def _convert(self, user, lead, document):
        lead.with_user(user).action_convert_to_customer(document=document)

    def _figures(self, user, groupby, domain=()):
        rows = self.Report.with_user(user)._read_group(
            [*self.theirs, *domain],
            [groupby],
            [
                "came:sum",
                "left:sum",
                "claimed:sum",
                "conversions:sum",
                "conversion:avg",
                "days_in_pool:avg",
                "days_to_conversion:avg",
            ],
        )
        return {
            key: tuple(
                round(figure, 2) if figure is not None else None for figure in figures
            )
            for key, *figures in rows
        }

    def test_by_pool(self):
        """Flows, time in pool, conversion and days to it of a pool."""
        self.assertEqual(
            self._figures(self.boss, "pool_id"),
            # 4 at the start and 乙 again; out: 甲, 乙, 丙, 乙 again; converted by
            # whoever had claimed or got it: 甲 after 4 days, 乙 after 5
            {
                self.lead_pool: (
                    5,
                    4,
                    4,
                    2,
                    50.0,
                    (10 + 10 + 20 + 5) / 4,
                    (4 + 5) / 2,
                )
            },
        )

    def test_by_person(self):
        """Who took what, and what came of it; who gave it up."""
        figures = self._figures(self.boss, "user_id", [("left", "=", 1)])
        self.assertEqual(figures[self.sam], (0, 2, 2, 1, 50.0, 10.0, 4.0))
        self.assertEqual(figures[self.tom], (0, 1, 1, 1, 100.0, 5.0, 5.0))
        # she gave it to Tom before it was converted
        self.assertEqual(figures[self.sue], (0, 1, 1, 0, 0.0, 20.0, 0.0))
        given = self._figures(self.boss, "user_id", [("came", "=", 1)])
        self.assertEqual(given[self.manager][0], 3)
        self.assertEqual(given[self.sam][0], 1)

    def test_by_kind_and_month(self):
        """Kinds are those of the ledger; a month is that of the move."""
        figures = self._figures(self.boss, "kind")
        self.assertEqual(
            {kind: row[:2] for kind, row in figures.items()},
            {"release": (4, 0), "enter": (1, 0), "claim": (0, 3), "assign": (0, 1)},
        )
        months = self._figures(self.boss, "moved_at:month")
        self.assertEqual([row[:2] for row in months.values()], [(5, 4)])

    def test_visible_by_scope(self):
        """The manager his people, the administrator his pools, others themselves."""
        count = {
            user: self.Report.with_user(user).search_count(self.theirs)
            for user in (
                self.boss,
                self.manager,
                self.other_manager,
                self.sam,
                self.sue,
                self.xia,
            )
        }
        self.assertEqual(
            count,
            {
                self.boss: 9,
                # her own three, Sam's three, Sue's and Tom's one each
                self.manager: 8,
                self.other_manager: 9,
                self.sam: 3,
                self.sue: 1,
                self.xia: 0,
            },
        )
        with self.assertRaises(AccessError):
            self.Report.with_user(self.employee).search([])
        with self.assertRaises(AccessError):
            self.Report.with_user(self.boss).search([], limit=1).came = 5

    def test_apart_from_customers(self):
        """Neither analysis counts what the other one does."""
        Customers = self.env["crm.pool.report"]
        self.assertFalse(Customers.search_count(self.theirs))
        before = Customers.search_count([]), self.Report.search_count([])
        self._claim(self.sam, self._pooled())
        self.env.flush_all()
        after = Customers.search_count([]), self.Report.search_count([])
        self.assertEqual(after, (before[0] + 2, before[1]))

    def test_no_names(self):
        """No column tells which lead it was, so nothing of it can leak."""
        names = set(self.Report.fields_get())
        self.assertFalse(names & {"lead_id", "partner_id", "partner_name"})

    def test_export(self):
        """The rows go out through the export, with the figures of the screen."""
        rows = self.Report.with_user(self.boss).search(self.theirs)
        columns = ["pool_id", "kind", "came", "conversions", "days_in_pool"]
        data = rows.export_data(columns)["datas"]
        self.assertEqual(len(data), 9)
        self.assertEqual(sum(int(row[2] or 0) for row in data), 5)
        self.assertEqual(sum(int(row[3] or 0) for row in data), 2)
