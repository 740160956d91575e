from odoo.tests import tagged, warmup

from .common import PoolCase


@tagged("post_install", "-at_install")
class TestPerformance(PoolCase):
    """Queries are counted, and do not grow with the number of customers.

    The numbers are those measured with this addon alone, and a margin of three for what
    other addons have to say about a change of owner.
    """

    MARGIN = 3

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pool.write(
            {
                "claim_per_day": 500,
                "holding_limit": 1000,
                "cooldown_days": 1,
                "exclude_previous_owner_days": 10,
            }
        )
        Partner = cls.env["res.partner"].with_user(cls.manager)
        customers = Partner.create(
            [
                {"name": f"公司{index}", "is_company": True, "is_crm_customer": True}
                for index in range(60)
            ]
        )
        Partner.create(
            [{"name": "联系人", "parent_id": customer.id} for customer in customers]
        )
        cls.customers = customers.with_env(cls.env)

    def _cold(self):
        """Every request starts with an empty cache of records."""
        self.env.flush_all()
        self.env.invalidate_all()

    def _count(self, call):
        """Return how many queries a request makes (int)."""
        self._cold()
        before = self.env.cr.sql_log_count
        call()
        self.env.flush_all()
        # what the commit would write
        self.env["crm.change.log"].flush_model()
        return self.env.cr.sql_log_count - before

    def assertNotGrowing(self, counts, expected):
        """More customers cost no more queries than few, and few no more than expected.

        The first call is not looked at: it fills caches that outlive it.
        """
        _first, few, *more = counts
        self.assertLessEqual(max(more), few, counts)
        self.assertLessEqual(few, expected + self.MARGIN, counts)

    def _pool_all(self):
        self.customers.with_user(self.boss).action_release_to_pool(
            self.pool.id, self.reason.id
        )

    @warmup
    def test_claim(self):
        """One customer costs as many queries as twenty, or as fifty-five.

        Covers: P02, P06.
        """
        self._pool_all()
        counts = [
            self._count(lambda: self._claim(self.sam, self.customers[0])),
            self._count(lambda: self._claim(self.sam, self.customers[1])),
            self._count(lambda: self._claim(self.sam, *self.customers[2:21])),
            self._count(lambda: self._claim(self.sam, *self.customers[21:])),
        ]
        self.assertNotGrowing(counts, 21)

    @warmup
    def test_dates_of_many(self):
        """Many records are looked up once, not once for each owner. Covers: P04."""
        ids = self.customers.ids
        Partner = self.env["res.partner"]
        query = Partner._crm_deadline_sql(source=Partner._crm_chosen_sql(ids))
        cr = self.env.cr
        cr.execute("SET LOCAL enable_seqscan = off")
        cr.execute("EXPLAIN " + cr.mogrify(query.code, query.params).decode())
        plan = "\n".join(row[0] for row in cr.fetchall())
        self.assertIn("res_partner_pkey", plan)
        # the records themselves, in place of what was chosen of them
        self.assertNotIn("on res_partner record", plan)

    def test_refused(self):
        """Refusals cost no query each.

        Covers: P02.
        """
        self._pool_all()
        self._claim(self.sam, *self.customers[:40])
        counts = [
            self._count(lambda: self._claim(self.sue, *self.customers[:3])),
            self._count(lambda: self._claim(self.sue, *self.customers[:5])),
            self._count(lambda: self._claim(self.sue, *self.customers[:40])),
        ]
        self.assertNotGrowing(counts, 11)

    @warmup
    def test_assign(self):
        """Covers: P03."""
        self._pool_all()
        counts = [
            self._count(
                lambda some=some: self._seen(some, self.other_manager).action_assign(
                    self.sam.id
                )
            )
            for some in (self.customers[:2], self.customers[2:22], self.customers[22:])
        ]
        self.assertNotGrowing(counts, 45)

    @warmup
    def test_release(self):
        """Covers: P03."""
        counts = [
            self._count(
                lambda some=some: some.with_user(self.boss).action_release_to_pool(
                    self.pool.id, self.reason.id
                )
            )
            for some in (self.customers[:2], self.customers[2:22], self.customers[22:])
        ]
        self.assertNotGrowing(counts, 46)

    @warmup
    def test_list(self):
        """A page of the pool costs one query, and one per list of choices on it.

        Covers: P02.
        """
        self._pool_all()
        Row = self.env["crm.pool.customer"].with_user(self.sam)
        spec = {
            name: {"fields": {"display_name": {}}} if field.relational else {}
            for name, field in Row._fields.items()
        }
        counts = [
            self._count(
                lambda limit=limit: Row.web_search_read(
                    [("search_key", "ilike", "gs")], spec, limit=limit
                )
            )
            for limit in (5, 40, 80)
        ]
        self.assertNotGrowing(counts, 6)
