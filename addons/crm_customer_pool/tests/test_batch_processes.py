"""Undoing beside others, in processes that know nothing of each other."""

from odoo.tests import new_test_user, tagged

from odoo.addons.crm_base.tests.processes import ProcessCase


@tagged("post_install", "-at_install")
class TestUndoConcurrency(ProcessCase):
    def _remove(self, user_ids, customer_ids, pool_id):
        self.remove(partner_ids=customer_ids)
        with self.committed() as env:
            env.cr.execute("DELETE FROM crm_pool_batch WHERE pool_id = %s", (pool_id,))
            env["crm.pool"].browse(pool_id).unlink()
        self.remove(user_ids=user_ids)

    def test_undo_beside_claims(self):
        """A release is taken back while five claim from it: each goes to one person.

        Covers: P02, P03.
        """
        with self.committed() as env:
            users = env["res.users"]
            for index in range(6):
                users |= new_test_user(
                    env,
                    login=f"undoer_{index}",
                    name=f"Undoer {index}",
                    groups="crm_base.group_salesperson",
                )
            pool = env["crm.pool"].create(
                {
                    "name": "并发撤销",
                    "member_user_ids": users.ids,
                    "company_id": False,
                    "tz": "Asia/Shanghai",
                }
            )
            customers = (
                env["res.partner"]
                .with_user(users[0])
                .create(
                    [
                        {"name": f"撤销客户{index}", "is_crm_customer": True}
                        for index in range(12)
                    ]
                )
            )
            result = customers.action_release_to_pool(pool.id, "并发")
            ids = users.ids, customers.ids, pool.id
        self.addCleanup(self._remove, *ids)
        context = {"lang": "en_US"}
        calls = [
            (
                (ids[0][0], "crm.pool", "action_undo"),
                {"args": [result["batch_id"]], "context": context},
            )
        ] + [
            (
                (user_id, "crm.pool.customer", "action_claim"),
                {"ids": ids[1][index * 2 : index * 2 + 3], "context": context},
            )
            for index, user_id in enumerate(ids[0][1:])
        ]
        answers = self.workers(6).race(calls)
        given = {}
        for (_args, _kwargs), answer in zip(calls, answers, strict=True):
            result = answer.get("result") or {}
            for key in ("undone", "claimed"):
                for id_ in result.get(key, ()):
                    self.assertNotIn(id_, given, answers)
                    given[id_] = _args[0]
        with self.committed() as env:
            owners = {
                one.id: one.user_id.id for one in env["res.partner"].browse(ids[1])
            }
        self.assertEqual(
            {id_: owner for id_, owner in owners.items() if owner}, given, answers
        )
        self.assertTrue(given)
