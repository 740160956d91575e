from odoo.tests import tagged, warmup

from .common import CrmCase

# what the list of customers shows
COLUMNS = {
    "name": {},
    "customer_no": {},
    "mnemonic": {},
    "phone": {},
    "mobile": {},
    "user_id": {"fields": {"display_name": {}}},
    "customer_stage_id": {"fields": {"display_name": {}}},
    "customer_level_id": {"fields": {"display_name": {}}},
    "territory_id": {"fields": {"display_name": {}}},
    "category_id": {"fields": {"display_name": {}, "color": {}}},
    "heat_level_id": {"fields": {"display_name": {}}},
    "last_followup_at": {},
    "next_followup_at": {},
    "is_favorite": {},
    "followup_count": {},
    "crm_can_write": {},
}


@tagged("post_install", "-at_install")
class TestQueries(CrmCase):
    """Queries do not grow with the rows; where they must, they are counted."""

    def _create(self, count, user=None):
        return (
            self.env["res.partner"]
            .with_user(user or self.sam)
            .create(
                [
                    {
                        "name": f"查询客户{count}之{number}",
                        "is_company": True,
                        "is_crm_customer": True,
                        "customer_level_id": self.level.id,
                        "category_id": [(6, 0, self.tag.ids)],
                    }
                    for number in range(count)
                ]
            )
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.level = cls.env["crm.dictionary"].search(
            [("kind", "=", "customer_level")], limit=1
        )
        cls.tag = cls.env["res.partner.category"].create({"name": "重点"})

    def _queries(self, use):
        """Return how many queries a function makes, from cold record caches."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        use()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    @warmup
    def test_list(self):
        """The first page costs the same with 20 and with 200 customers.

        Covers: B05, B07.
        """
        some, all_of_them = self._create(20), self._create(200)
        for user in (self.sam, self.manager, self.boss):
            partners = self.env["res.partner"].with_user(user)

            def page(customers, partners=partners):
                return partners.web_search_read(
                    [("id", "in", customers.ids)], COLUMNS, limit=400
                )

            page(some)
            few = self._queries(lambda page=page: page(some))
            many = self._queries(lambda page=page: page(all_of_them))
            self.assertEqual(many, few, user.login)
            self.assertLessEqual(few, 25)

    @warmup
    def test_create(self):
        """A customer more costs a small constant number of queries more.

        Covers: B05.
        """
        self._create(1)
        one = self._queries(lambda: self._create(1))
        fifty = self._queries(lambda: self._create(50))
        per_customer = (fifty - one) / 49
        # the number of the customer, and what mail and the address sync do per partner
        self.assertLessEqual(per_customer, 6, (one, fifty))

    @warmup
    def test_transfer(self):
        """Fifty customers move in hardly more queries than ten.

        Covers: B03.
        """
        batches = [self._create(10), self._create(50)]
        for customers in batches:
            for customer in customers:
                self._followup(self.sam, customer.with_env(self.env))

        def transfer(customers):
            return self._queries(
                lambda: customers.with_user(self.manager).action_transfer(
                    self.sue.id, "x"
                )
            )

        ten, fifty = (transfer(customers) for customers in batches)
        per_customer = (fifty - ten) / 40
        # mail tells the new owner of each customer, and of no plan that comes with it
        self.assertLessEqual(per_customer, 14, (ten, fifty))

    @warmup
    def test_quiet_transfer(self):
        """A large batch is not told customer by customer: hardly a query each.

        Covers: B03.
        """
        batches = [self._create(60), self._create(160)]

        def transfer(customers):
            return self._queries(
                lambda: customers.with_user(self.manager).action_transfer(
                    self.sue.id, "x"
                )
            )

        few, many = (transfer(customers) for customers in batches)
        self.assertLessEqual((many - few) / 100, 1, (few, many))

    @warmup
    def test_name_search(self):
        """Typing in a many2one field is one query and the access check.

        Covers: B07.
        """
        self._create(50)
        partners = self.env["res.partner"].with_user(self.sam)
        partners.name_search("查询")
        self.assertLessEqual(self._queries(lambda: partners.name_search("查询")), 3)

    @warmup
    def test_finish_many(self):
        """Finishing follow-ups of one person costs a constant number of queries each.

        Covers: B09.
        """
        customers = self._create(40)
        plans = self.env["crm.followup"]
        for customer in customers:
            plans |= self._followup(self.sam, customer.with_env(self.env))
        few, many = plans[:10], plans[10:]
        first = self._queries(lambda: few.with_user(self.sam).action_done())
        second = self._queries(lambda: many.with_user(self.sam).action_done())
        self.assertLessEqual((second - first) / 20, 14, (first, second))
