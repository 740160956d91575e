"""Undoing batches of leads beside others, in processes of their own."""

from odoo.tests import new_test_user, tagged

from odoo.addons.crm_base.tests.processes import ProcessCase


@tagged("post_install", "-at_install")
class TestLeadUndoRace(ProcessCase):
    def _set_up(self, count):
        """Commit people, a pool of leads and leads that the first one released."""
        with self.committed() as env:
            users = env["res.users"]
            for index in range(6):
                users |= new_test_user(
                    env,
                    login=f"lead_undoer_{index}",
                    name=f"Undoer {index}",
                    groups="crm_base.group_salesperson",
                )
            pool = env["crm.pool"].create(
                {
                    "name": "并发撤销线索公海",
                    "holds": "lead",
                    "member_user_ids": users.ids,
                    "company_id": False,
                    "tz": "Asia/Shanghai",
                }
            )
            leads = env["crm.lead"].with_user(users[0])
            leads = leads.create(
                [
                    {"name": f"撤销线索{index}", "type": "lead", "user_id": users[0].id}
                    for index in range(count)
                ]
            )
            result = leads.action_release_to_pool(pool.id, "并发")
            ids = users.ids, leads.ids, pool.id
        self.addCleanup(self._remove, *ids)
        return *ids, result["batch_id"]

    def _remove(self, user_ids, lead_ids, pool_id):
        with self.committed() as env:
            env.cr.execute(
                "DELETE FROM crm_owner_move WHERE lead_id IN %s", [tuple(lead_ids)]
            )
            env.cr.execute("DELETE FROM crm_pool_batch WHERE pool_id = %s", [pool_id])
            env["crm.lead"].browse(lead_ids).unlink()
            env["crm.pool"].browse(pool_id).unlink()
        self.remove(user_ids=user_ids)

    def test_undo_beside_claims(self):
        """A release is taken back while five claim: each lead goes to one person.

        Covers: P02, P03, P14.
        """
        users, leads, _pool, batch_id = self._set_up(12)
        context = {"lang": "en_US"}
        calls = [
            (
                (users[0], "crm.pool", "action_undo"),
                {"args": [batch_id], "context": context},
            )
        ] + [
            (
                (user_id, "crm.pool.lead", "action_claim"),
                {"ids": leads[index * 2 : index * 2 + 3], "context": context},
            )
            for index, user_id in enumerate(users[1:])
        ]
        answers = self.workers(6).race(calls)
        given = {}
        for (args, _kwargs), answer in zip(calls, answers, strict=True):
            result = answer.get("result") or {}
            for key in ("undone", "claimed"):
                for id_ in result.get(key, ()):
                    self.assertNotIn(id_, given, answers)
                    given[id_] = args[0]
        with self.committed() as env:
            owners = {one.id: one.user_id.id for one in env["crm.lead"].browse(leads)}
        self.assertEqual(
            {id_: owner for id_, owner in owners.items() if owner}, given, answers
        )
        self.assertTrue(given)

    def test_undone_once(self):
        """Six tabs undo one batch: it is undone once.

        Covers: P03, P14.
        """
        users, leads, _pool, batch_id = self._set_up(4)
        calls = [
            (
                (users[0], "crm.pool", "action_undo"),
                {"args": [batch_id], "context": {"lang": "en_US"}},
            )
        ] * 6
        answers = self.workers(6).race(calls)
        undone = [answer for answer in answers if "result" in answer]
        self.assertEqual(len(undone), 1, answers)
        with self.committed() as env:
            moves = env["crm.owner.move"].search(
                [("lead_id", "in", leads), ("kind", "=", "undo")]
            )
            self.assertEqual(len(moves), 4)
            self.assertEqual(moves.to_user_id.ids, users[:1])
