import random
from collections import Counter

from odoo.tests import new_test_user, tagged

from odoo.addons.crm_base.tests.processes import ProcessCase

# what PostgreSQL says to a transaction that lost against others again and again
BUSY = {"SerializationFailure", "DeadlockDetected", "LockNotAvailable"}


@tagged("post_install", "-at_install")
class TestClaimConcurrency(ProcessCase):
    """Claims by processes that know nothing of each other, on committed data."""

    def _set_up(self, user_count, customer_count, **limits):
        """Commit a pool with members and customers; return their ids."""
        with self.committed() as env:
            users = env["res.users"]
            for index in range(user_count):
                users |= new_test_user(
                    env,
                    login=f"claimant_{index}",
                    name=f"Claimant {index}",
                    groups="crm_base.group_salesperson",
                )
            pool = env["crm.pool"].create(
                {
                    "name": "并发公海",
                    "member_user_ids": users.ids,
                    "company_id": False,
                    "tz": "Asia/Shanghai",
                    **limits,
                }
            )
            boss = env.ref("base.user_admin")
            Partner = env["res.partner"].with_user(boss)
            customers = Partner.create(
                [
                    {
                        "name": f"并发客户{index}",
                        "is_company": True,
                        "is_crm_customer": True,
                    }
                    for index in range(customer_count)
                ]
            )
            customers.action_release_to_pool(pool.id, "并发测试")
            ids = users.ids, customers.ids, pool.id
        self.addCleanup(self._remove, *ids)
        return ids

    def _remove(self, user_ids, customer_ids, pool_id):
        self.remove(partner_ids=customer_ids)
        with self.committed() as env:
            env["crm.pool"].browse(pool_id).unlink()
        self.remove(user_ids=user_ids)

    def _race(self, claimants):
        """Let claimants claim at the same time, each in a process of its own.

        :param list[dict] claimants: ``user`` (id), ``calls`` (list of lists of ids)
        :return: what became of each one, a list of dicts ``user``, ``claimed`` (list
            of ids) and ``refused`` (list of reasons)
        """
        workers = self.workers(len(claimants))

        def call(claimant, ids):
            args = claimant["user"], "crm.pool.customer", "action_claim"
            return args, {"ids": ids, "context": {"lang": "en_US"}}

        # everybody has seen the customers unclaimed before anybody claims
        answers = [
            [answer]
            for answer in workers.race(
                [call(claimant, claimant["calls"][0]) for claimant in claimants]
            )
        ]
        for number, claimant in enumerate(claimants):
            for ids in claimant["calls"][1:]:
                args, kwargs = call(claimant, ids)
                workers.send(number, *args, **kwargs)
        told = []
        for number, claimant in enumerate(claimants):
            answers[number] += [workers.receive(number) for _ in claimant["calls"][1:]]
            told.append({"user": claimant["user"], "claimed": [], "refused": []})
            for answer in answers[number]:
                if answer.get("error") == "UserError":
                    told[-1]["refused"].append(answer["message"])
                elif answer.get("error") not in BUSY:
                    self.assertNotIn("error", answer)
                    result = answer["result"]
                    told[-1]["claimed"] += result["claimed"]
                    told[-1]["refused"] += [row["reason"] for row in result["refused"]]
        return told

    def _owners(self, customer_ids):
        """Return the owner's id of each customer, and the claim rows of the ledger."""
        with self.committed() as env:
            owners = {
                customer.id: customer.user_id.id
                for customer in env["res.partner"].browse(customer_ids)
            }
            claims = [
                (move.partner_id.id, move.to_user_id.id)
                for move in env["crm.owner.move"].search(
                    [("partner_id", "in", customer_ids), ("kind", "=", "claim")]
                )
            ]
        return owners, claims

    def _assertOneOwnerEach(self, told, customer_ids):
        """What the claimants were told, the owners and the ledger say the same."""
        owners, claims = self._owners(customer_ids)
        won = [(id_, one["user"]) for one in told for id_ in one["claimed"]]
        self.assertEqual(sorted(won), sorted(claims))
        self.assertEqual(
            sorted(won), sorted((id_, owner) for id_, owner in owners.items() if owner)
        )
        return Counter(user_id for _customer_id, user_id in won)

    def test_one_customer(self):
        """Twenty processes claim one customer: one wins, nineteen are told who.

        Covers: P02, P09.
        """
        users, customers, _pool = self._set_up(20, 1, claim_per_day=5, holding_limit=9)
        told = self._race([{"user": user, "calls": [customers]} for user in users])
        counts = self._assertOneOwnerEach(told, customers)
        self.assertEqual(sum(counts.values()), 1)
        ((winner, _count),) = counts.items()
        name = f"Claimant {users.index(winner)}"
        losers = [one for one in told if one["user"] != winner]
        self.assertEqual(len(losers), 19)
        for one in losers:
            self.assertEqual(
                one["refused"], [f"{name} has already claimed 并发客户0."], one
            )

    def test_many_customers(self):
        """Eight processes claim sixty customers in any order: each has one owner.

        Covers: P02, P09.
        """
        users, customers, _pool = self._set_up(8, 60)
        dice = random.Random(19)
        claimants = []
        for user in users:
            wanted = dice.sample(customers, len(customers))
            claimants.append(
                {"user": user, "calls": [wanted[at : at + 5] for at in range(0, 60, 5)]}
            )
        told = self._race(claimants)
        counts = self._assertOneOwnerEach(told, customers)
        self.assertEqual(sum(counts.values()), 60, "none is left over")

    def test_limits_of_two_tabs(self):
        """Four people with two tabs each: nobody gets more than the limits allow.

        Covers: P02, P06.
        """
        users, customers, _pool = self._set_up(4, 60, claim_per_day=9, holding_limit=7)
        dice = random.Random(20)
        claimants = []
        for user in users * 2:
            wanted = dice.sample(customers, len(customers))
            claimants.append(
                {"user": user, "calls": [wanted[at : at + 4] for at in range(0, 60, 4)]}
            )
        told = self._race(claimants)
        counts = self._assertOneOwnerEach(told, customers)
        self.assertEqual(dict(counts), dict.fromkeys(users, 7))
