"""The analysis of pools agrees with a fixture worked out by hand."""

from datetime import datetime, timedelta

from odoo.exceptions import AccessError
from odoo.tests import freeze_time, tagged

from .common import PoolCase

START = datetime(2026, 3, 2, 2, 0, 0)


@tagged("post_install", "-at_install")
class TestPoolReport(PoolCase):
    """Covers: P13.

    ::

        day    甲            乙            丙            丁
        0      mia → pool    mia → pool    mia → pool    straight into pool
        10     Sam claims    Sam claims    → other pool
        14     deal
        20                   Sam → pool    Xia claims
        25                   Sue assigned
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Report = cls.env["crm.pool.report"]

    def _on(self, days):
        # as at the end of a request: the log of changes waits for it
        self.env["crm.change.log"].flush_model()
        self.env.flush_all()
        return freeze_time(START + timedelta(days=days))

    def setUp(self):
        super().setUp()
        # what this database has seen before is none of ours
        self.theirs = [("pool_id", "in", (self.pool | self.other_pool).ids)]
        with self._on(0):
            self.a, self.b, self.c = (self._pooled(name) for name in "甲乙丙")
            self.pool.with_user(self.other_manager).create_customers([{"name": "丁"}])
        with self._on(10):
            self._claim(self.sam, self.a)
            self._claim(self.sam, self.b)
            self._seen(self.c, self.other_manager).action_move(self.other_pool.id)
        with self._on(14):
            self.a._crm_workflow().last_deal_at = START + timedelta(days=14)
        with self._on(20):
            self._lose(self.sam, self.b)
            self._claim(self.xia, self.c)
        with self._on(25):
            self._seen(self.b, self.boss).action_assign(self.sue.id)
        self.env.flush_all()
        self.env.invalidate_all()

    def _figures(self, user, groupby, domain=()):
        rows = self.Report.with_user(user)._read_group(
            [*self.theirs, *domain],
            [groupby],
            [
                "came:sum",
                "left:sum",
                "claimed:sum",
                "deals:sum",
                "conversion:avg",
                "days_in_pool:avg",
                "days_to_deal:avg",
            ],
        )
        return {
            key: tuple(
                round(figure, 2) if figure is not None else None for figure in figures
            )
            for key, *figures in rows
        }

    def test_by_pool(self):
        """Flows, time in pool, conversion and days to the deal of each pool."""
        self.assertEqual(
            self._figures(self.boss, "pool_id"),
            {
                # 4 at the start and 乙 again; out: 甲, 乙, 丙 moved, 乙 again
                self.pool: (5, 4, 3, 1, 33.33, (10 + 10 + 10 + 5) / 4, 4.0),
                # 丙 waited ten days there
                self.other_pool: (1, 1, 1, 0, 0.0, 10.0, 0.0),
            },
        )

    def test_undone_in_between(self):
        """What was undone neither begins a time in the pool nor ends an ownership."""
        Pool = self.env["crm.pool"].with_user(self.boss)
        with self._on(0):
            customer = self._pooled("戊")
        with self._on(5):
            row = self._seen(customer, self.other_manager)
            moved = row.action_move(self.other_pool.id)
            Pool.action_undo(moved["batch_id"])
        with self._on(10):
            self._claim(self.sue, customer)
        with self._on(12):
            released = customer.with_user(self.sue).action_release_to_pool(
                self.pool.id, self.reason.id
            )
            Pool.action_undo(released["batch_id"])
        with self._on(14):
            customer._crm_workflow().last_deal_at = START + timedelta(days=14)
        self.env.flush_all()
        self.env.invalidate_all()
        figures = self._figures(
            self.boss, "user_id", [("left", "=", 1), ("kind", "=", "claim")]
        )
        self.assertEqual(figures[self.sue], (0, 1, 1, 1, 100.0, 10.0, 4.0))

    def test_by_person(self):
        """Who took what, and what came of it; who gave it up."""
        figures = self._figures(self.boss, "user_id", [("left", "=", 1)])
        self.assertEqual(figures[self.sam], (0, 2, 2, 1, 50.0, 10.0, 4.0))
        self.assertEqual(figures[self.sue], (0, 1, 1, 0, 0.0, 5.0, 0.0))
        self.assertEqual(figures[self.xia], (0, 1, 1, 0, 0.0, 10.0, 0.0))
        given = self._figures(self.boss, "user_id", [("came", "=", 1)])
        self.assertEqual(given[self.manager][0], 3)
        self.assertEqual(given[self.sam][0], 1)

    def test_by_kind_and_month(self):
        """Kinds are those of the ledger; a month is that of the move."""
        figures = self._figures(self.boss, "kind")
        self.assertEqual(
            {kind: row[:2] for kind, row in figures.items()},
            {
                "release": (4, 0),
                "enter": (1, 0),
                "claim": (0, 3),
                "assign": (0, 1),
                # out of one pool and into the other
                "repool": (1, 1),
            },
        )
        months = self._figures(self.boss, "moved_at:month")
        self.assertEqual([row[:2] for row in months.values()], [(6, 5)])

    def test_visible_by_scope(self):
        """The manager his people, the administrator his pools, others themselves."""
        count = {
            user: self.Report.with_user(user).search_count(self.theirs)
            for user in (
                self.boss,
                self.director,
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
                self.boss: 11,
                # all but what came or was moved without a person: 丁, 丙 twice
                self.director: 8,
                # her own three, Sam's three, Sue's one
                self.manager: 7,
                self.other_manager: 11,
                self.sam: 3,
                self.sue: 1,
                self.xia: 1,
            },
        )
        with self.assertRaises(AccessError):
            self.Report.with_user(self.employee).search([])
        with self.assertRaises(AccessError):
            self.Report.with_user(self.boss).search([], limit=1).came = 5

    def test_undone(self):
        """What was taken back did not happen."""
        customer = self._pooled("戊")
        # as the commit between two requests does
        self.env["crm.change.log"].flush_model()
        result = self._claim(self.sue, customer)
        before = self.Report.search_count([("kind", "=", "claim"), *self.theirs])
        undone = (
            self.env["crm.pool"].with_user(self.boss).action_undo(result["batch_id"])
        )
        self.assertEqual(undone["undone"], result["claimed"], undone["refused"])
        self.env.flush_all()
        after = self.Report.search_count([("kind", "=", "claim"), *self.theirs])
        self.assertEqual(after, before - 1)

    def test_no_names(self):
        """No column tells which customer it was, so nothing of it can leak."""
        fields = set(self.Report.fields_get())
        self.assertFalse(fields & {"partner_id", "partner_name", "customer_id"})

    def test_export(self):
        """The rows go out through the export, with the figures of the screen."""
        rows = self.Report.with_user(self.boss).search(self.theirs)
        data = rows.export_data(["pool_id", "kind", "came", "days_in_pool"])["datas"]
        self.assertEqual(len(data), 11)
        self.assertEqual(sum(int(row[2] or 0) for row in data), 6)
