from odoo import SUPERUSER_ID
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_base.tests.processes import ProcessCase


@tagged("post_install", "-at_install")
class TestLeadRace(ProcessCase):
    """Claims by processes that know nothing of each other, on committed data."""

    def _set_up(self, user_count, lead_count, **limits):
        with self.committed() as env:
            users = env["res.users"]
            for index in range(user_count):
                users |= new_test_user(
                    env,
                    login=f"lead_claimant_{index}",
                    name=f"Claimant {index}",
                    groups="crm_base.group_salesperson",
                )
            pool = env["crm.pool"].create(
                {
                    "name": "并发线索公海",
                    "holds": "lead",
                    "member_user_ids": users.ids,
                    "company_id": False,
                    "tz": "Asia/Shanghai",
                    **limits,
                }
            )
            leads = env["crm.lead"].create(
                [
                    {"name": f"并发线索{index}", "type": "lead", "user_id": False}
                    for index in range(lead_count)
                ]
            )
            boss = env.ref("base.user_admin")
            leads.with_user(boss).action_release_to_pool(pool.id, "并发测试")
            ids = users.ids, leads.ids, pool.id
        self.addCleanup(self._remove, *ids)
        return ids

    def _remove(self, user_ids, lead_ids, pool_id):
        with self.committed() as env:
            env.cr.execute(
                "DELETE FROM crm_owner_move WHERE lead_id IN %s", [tuple(lead_ids)]
            )
            env["crm.lead"].browse(lead_ids).unlink()
            env["crm.pool"].browse(pool_id).unlink()
        self.remove(user_ids=user_ids)

    def _race(self, calls):
        """Let (user id, lead ids) claim at the same time; return the answers."""
        return self.workers(len(calls)).race(
            [
                (
                    (user_id, "crm.pool.lead", "action_claim"),
                    {"ids": ids, "context": {"lang": "en_US"}},
                )
                for user_id, ids in calls
            ]
        )

    def test_one_winner(self):
        """Twenty processes claim one lead: one winner, one row. Covers: L08, P14."""
        users, leads, _pool = self._set_up(20, 1)
        answers = self._race([(user_id, leads) for user_id in users])
        with self.committed() as env:
            lead = env["crm.lead"].browse(leads)
            moves = env["crm.owner.move"].search(
                [("lead_id", "=", lead.id), ("kind", "=", "claim")]
            )
            self.assertEqual(len(moves), 1, answers)
            self.assertEqual(moves.to_user_id, lead.user_id)
            self.assertIn(lead.user_id.id, users)
            self.assertFalse(lead.pool_id)

    def test_no_overrun(self):
        """Two tabs of one person do not overrun the limit together. Covers: L08."""
        users, leads, pool = self._set_up(1, 8, claim_per_day=3, holding_limit=2)
        self._race([(users[0], [lead_id]) for lead_id in leads])
        with self.committed() as env:
            claims = env["crm.owner.move"].search_count(
                [("pool_id", "=", pool), ("kind", "=", "claim")]
            )
            self.assertLessEqual(claims, 2)
            held = env["crm.lead"].search_count([("user_id", "in", users)])
            self.assertEqual(held, claims)

    def test_lock_order(self):
        """Whoever finishes a follow-up locks its lead first, as moves and runs do.

        Covers: L08.
        """
        [user_id], [lead_id], _pool = self._set_up(1, 1)
        with self.committed() as env:
            env["crm.pool.lead"].browse(lead_id).with_user(user_id).action_claim()
            plan_id = (
                env["crm.followup"]
                .create({"name": "电话", "lead_id": lead_id, "user_id": user_id})
                .id
            )
        workers = self.workers(1)
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT id FROM crm_followup WHERE id = %s FOR UPDATE", [plan_id]
            )
            workers.send(0, SUPERUSER_ID, "crm.followup", "action_done", ids=[plan_id])
            self.await_waiting(1)
            cr.execute(
                "SELECT id FROM crm_lead WHERE id = %s FOR NO KEY UPDATE SKIP LOCKED",
                [lead_id],
            )
            self.assertFalse(cr.fetchall(), "the lead is locked first")
        self.assertNotIn("error", workers.receive(0))
