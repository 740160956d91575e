from odoo.tests import new_test_user, tagged

from .processes import ProcessCase

# Odoo replays a call four times: of this many that meet, all get through
COUNT = 4


@tagged("post_install", "-at_install")
class TestConcurrency(ProcessCase):
    """What happens when several processes do the same thing at the same moment."""

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            users = env["res.users"]
            for index in range(COUNT):
                users |= new_test_user(
                    env,
                    login=f"racer_{index}",
                    name=f"Racer {index}",
                    groups="crm_base.group_salesperson",
                )
            leader = new_test_user(
                env,
                login="racer_leader",
                name="Leader",
                groups="crm_base.group_manager",
            )
            team = env["crm.team"].create(
                {"name": "赛跑", "user_id": leader.id, "member_ids": users.ids}
            )
            customers = (
                env["res.partner"]
                .with_user(users[0])
                .create(
                    [
                        {"name": f"抢手客户{index}", "is_crm_customer": True}
                        for index in range(3)
                    ]
                )
            )
            contacts = (
                env["res.partner"]
                .with_user(users[0])
                .create({"name": "联系人", "parent_id": customers[0].id})
            )
            self.users, self.leader = users.ids, leader.id
            self.customers, self.team = customers.ids, team.id
            self.contact = contacts.id
        self.made = []
        self.addCleanup(
            lambda: self.remove(
                [*self.made, self.contact, *self.customers],
                [self.team],
                [*self.users, self.leader],
            )
        )

    def _assertChain(self, env, customer):
        """The ledger of a customer is one chain that ends at its owner."""
        moves = env["crm.owner.move"].search(
            [("partner_id", "=", customer.id)], order="id"
        )
        self.assertFalse(moves[0].from_user_id)
        for before, after in zip(moves, moves[1:], strict=False):
            self.assertEqual(after.from_user_id, before.to_user_id)
        self.assertEqual(moves[-1].to_user_id, customer.user_id)
        return moves

    def test_transfers_of_one_customer(self):
        """Six transfers of one customer at once make one chain in the ledger.

        Covers: B03.
        """
        customer = self.customers[0]
        answers = self.workers(COUNT).race(
            [
                (
                    (self.leader, "res.partner", "action_transfer", user, "race"),
                    {"ids": [customer]},
                )
                for user in self.users
            ]
        )
        self.assertFalse([one for one in answers if "error" in one])
        moved = sum(one["result"]["moved"] for one in answers)
        with self.committed() as env:
            record = env["res.partner"].browse(customer)
            moves = self._assertChain(env, record)
            # the transfer to the owner it had may have come first, and moved nothing
            self.assertEqual(len(moves), 1 + moved)
            self.assertGreaterEqual(moved, COUNT - 1)
            self.assertEqual(
                env["res.partner"].browse(self.contact).user_id, record.user_id
            )

    def test_batches_that_overlap(self):
        """Batches of the same customers in any order neither deadlock nor mix.

        Covers: B03.
        """
        orders = [self.customers, self.customers[::-1]] * (COUNT // 2)
        answers = self.workers(COUNT).race(
            [
                (
                    (self.leader, "res.partner", "write", {"user_id": user}),
                    {"ids": order},
                )
                for user, order in zip(self.users, orders, strict=True)
            ]
        )
        self.assertFalse([one for one in answers if "error" in one])
        with self.committed() as env:
            customers = env["res.partner"].browse(self.customers)
            self.assertEqual(len(customers.user_id), 1, "a batch is moved as a whole")
            for customer in customers:
                self._assertChain(env, customer)

    def test_numbers(self):
        """Customers made at the same moment have different numbers.

        Covers: B05.
        """
        per_call = 20
        answers = self.workers(COUNT).race(
            [
                (
                    (
                        user,
                        "res.partner",
                        "create",
                        [
                            {"name": f"新客户{index}", "is_crm_customer": True}
                            for index in range(per_call)
                        ],
                    ),
                    {},
                )
                for user in self.users
            ]
        )
        self.assertFalse([one for one in answers if "error" in one])
        self.made = [record for one in answers for record in one["result"]]
        with self.committed() as env:
            numbers = env["res.partner"].browse(self.made).mapped("customer_no")
            self.assertEqual(len(set(numbers)), COUNT * per_call)
            self.assertTrue(all(numbers))

    def test_followups_do_not_lose_facts(self):
        """Follow-ups finished at the same moment all count for the customer.

        Covers: B09.
        """
        customer = self.customers[0]
        with self.committed() as env:
            env["res.partner"].browse(customer).with_user(self.users[0]).action_share(
                self.users[1:]
            )
            method = env.ref("crm_base.dictionary_followup_method_phone")
            plans = [
                env["crm.followup"]
                .with_user(user)
                .create({"name": "x", "partner_id": customer, "method_id": method.id})
                .id
                for user in self.users
            ]
        answers = self.workers(COUNT).race(
            [
                ((user, "crm.followup", "action_done"), {"ids": [plan]})
                for user, plan in zip(self.users, plans, strict=True)
            ]
        )
        self.assertFalse([one for one in answers if "error" in one])
        with self.committed() as env:
            record = env["res.partner"].browse(customer)
            self.assertEqual(
                record.last_followup_at,
                max(env["crm.followup"].browse(plans).mapped("done_at")),
            )


@tagged("post_install", "-at_install")
class TestOtherWorkers(ProcessCase):
    """A change of the organisation takes effect on all workers at once."""

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            self.seller = new_test_user(
                env, login="signal_seller", groups="crm_base.group_salesperson"
            ).id
            self.leader = new_test_user(
                env, login="signal_leader", groups="crm_base.group_manager"
            ).id
            self.team = (
                env["crm.team"]
                .create({"name": "信号", "user_id": self.leader, "member_ids": []})
                .id
            )
            self.customer = (
                env["res.partner"]
                .with_user(self.seller)
                .create({"name": "信号客户", "is_crm_customer": True})
                .id
            )
        self.addCleanup(
            lambda: self.remove(
                [self.customer], [self.team], [self.seller, self.leader]
            )
        )

    def test_change_of_team(self):
        """The leader's other worker shows the customer as soon as the team changed.

        Covers: B02.
        """
        workers = self.workers(2)
        boss = self.env.ref("base.user_admin").id

        def sees(worker):
            return workers.call(
                worker,
                self.leader,
                "res.partner",
                "search_count",
                [("id", "=", self.customer)],
            )

        def change(values):
            workers.call(1, boss, "crm.team", "write", values, ids=[self.team])

        # both workers have the scope in their caches
        self.assertEqual((sees(0), sees(1)), (0, 0))
        change({"member_ids": [(6, 0, [self.seller])]})
        self.assertEqual((sees(0), sees(1)), (1, 1))
        change({"user_id": False})
        self.assertEqual((sees(0), sees(1)), (0, 0))
        change({"assistant_ids": [(6, 0, [self.leader])]})
        self.assertEqual((sees(0), sees(1)), (1, 1))
        change({"active": False})
        self.assertEqual((sees(0), sees(1)), (0, 0))

    def test_change_of_group(self):
        """A new boss is one on every worker; a former boss is none.

        Covers: B01.
        """
        workers = self.workers(2)
        boss = self.env.ref("base.user_admin").id
        group = self.env.ref("crm_base.group_boss").id

        def sees(worker):
            return workers.call(
                worker,
                self.leader,
                "res.partner",
                "search_count",
                [("id", "=", self.customer)],
            )

        self.assertEqual((sees(0), sees(1)), (0, 0))
        for command, expected in ((4, 1), (3, 0)):
            workers.call(
                1,
                boss,
                "res.groups",
                "write",
                {"user_ids": [(command, self.leader)]},
                ids=[group],
            )
            self.assertEqual((sees(0), sees(1)), (expected, expected))
