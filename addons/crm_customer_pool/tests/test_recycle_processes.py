import os
import signal
import time
from datetime import timedelta
from pathlib import Path

from odoo import SUPERUSER_ID, fields
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_base.tests.processes import ProcessCase

from ..models.crm_pool_recycle import STEP_PARAMETER


@tagged("post_install", "-at_install")
class TestRecycleProcesses(ProcessCase):
    """Runs by real processes: one that is killed, and one beside people at work."""

    def _set_up(self, count):
        """Commit a pool with a rule, two owners and customers that are due."""
        with self.committed() as env:
            users = env["res.users"]
            for index in range(2):
                users |= new_test_user(
                    env,
                    login=f"recycled_{index}",
                    name=f"Recycled {index}",
                    groups="crm_base.group_salesperson",
                )
            pool = env["crm.pool"].create(
                {
                    "name": "夜间公海",
                    "member_user_ids": users.ids,
                    "company_id": False,
                    "tz": "Asia/Shanghai",
                    "rule_ids": [(0, 0, {"name": "十天", "days": 10})],
                }
            )
            customers = (
                env["res.partner"]
                ._crm_workflow()
                .create(
                    [
                        {
                            "name": f"夜间客户{index}",
                            "is_company": True,
                            "is_crm_customer": True,
                            "customer_no": f"NIGHT{index}",
                            "user_id": users[index % 2].id,
                            "owner_since": fields.Datetime.now() - timedelta(30),
                        }
                        for index in range(count)
                    ]
                )
            )
            # sudo: tests set what administrators set
            env["ir.config_parameter"].sudo().set_param(STEP_PARAMETER, "2")
            ids = users.ids, customers.ids, pool.id
        self.addCleanup(self._remove, *ids)
        return ids

    def _remove(self, user_ids, customer_ids, pool_id):
        with self.committed() as env:
            env.cr.execute(
                "DELETE FROM crm_owner_move WHERE partner_id = ANY(%s)", [customer_ids]
            )
            env["crm.pool.batch"].search([("pool_id", "=", pool_id)]).unlink()
            env["ir.config_parameter"].sudo().set_param(STEP_PARAMETER, False)
            env["crm.pool.run"].search([("pool_id", "=", pool_id)]).unlink()
        self.remove(partner_ids=customer_ids)
        with self.committed() as env:
            env["crm.pool"].browse(pool_id).unlink()
        self.remove(user_ids=user_ids)

    def _state(self, customer_ids):
        """Return (customers in the pool, {customer: rows of the ledger}, batches)."""
        with self.committed() as env:
            env.cr.execute(
                "SELECT id FROM res_partner WHERE pool_id IS NOT NULL AND id = ANY(%s)",
                [customer_ids],
            )
            pooled = {row[0] for row in env.cr.fetchall()}
            env.cr.execute(
                "SELECT partner_id, count(*), min(batch_id), max(batch_id)"
                " FROM crm_owner_move WHERE kind = 'recycle' AND partner_id = ANY(%s)"
                " GROUP BY partner_id",
                [customer_ids],
            )
            rows = env.cr.fetchall()
        return (
            pooled,
            {row[0]: row[1] for row in rows},
            {batch for row in rows for batch in row[2:]},
        )

    def test_killed(self):
        """Killed in the middle and run again: nothing is lost, nothing done twice.

        Covers: P04.
        """
        users, customers, _pool = self._set_up(60)
        workers = self.workers(1)
        parent = workers.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        workers.send(0, SUPERUSER_ID, "crm.pool", "_cron_recycle")
        for _attempt in range(3000):
            pooled, rows, _batches = self._state(customers)
            if len(pooled) >= 6:
                break
            time.sleep(0.01)
        for child in children:
            os.kill(int(child), signal.SIGKILL)
        time.sleep(0.2)
        pooled, rows, _batches = self._state(customers)
        self.assertGreaterEqual(len(pooled), 6)
        self.assertLess(len(pooled), 60, "killed in the middle")
        self.assertEqual(rows, dict.fromkeys(pooled, 1))
        self.workers(1).call(0, SUPERUSER_ID, "crm.pool", "_cron_recycle")
        pooled, rows, batches = self._state(customers)
        self.assertEqual(pooled, set(customers))
        self.assertEqual(rows, dict.fromkeys(customers, 1))
        self.assertEqual(len(batches), 1, "the same batch goes on")
        with self.committed() as env:
            for user in env["res.users"].browse(users):
                told = env["mail.message"].search_count(
                    [("partner_ids", "in", user.partner_id.ids)]
                )
                self.assertEqual(told, 1, user.login)
            batch = env["crm.pool.batch"].search([("batch_id", "in", list(batches))])
            self.assertEqual(batch.done_count, 60)

    def test_beside_people(self):
        """Two runs at once, beside follow-ups, transfers and claims: no harm done.

        Covers: P04, P02.
        """
        users, customers, pool = self._set_up(40)
        with self.committed() as env:
            plans = env["crm.followup"].create(
                [
                    {
                        "name": "跟进",
                        "content": f"第{number}位客户认可方案，下周带样品去现场。",
                        "partner_id": customer,
                        "user_id": users[number % 2],
                    }
                    for number, customer in enumerate(customers)
                    if number % 4 < 2
                ]
            )
            plan_ids = [(plan.id, plan.user_id.id) for plan in plans]
        workers = self.workers(4)
        for number in (0, 1):
            workers.send(number, SUPERUSER_ID, "crm.pool", "_cron_recycle")
        finished = 0
        for plan_id, user in plan_ids:
            workers.send(2, user, "crm.followup", "action_done", ids=[plan_id])
            finished += 1
        for number, customer in enumerate(customers):
            method = "action_transfer" if number % 4 == 2 else "action_claim"
            model = "res.partner" if number % 4 == 2 else "crm.pool.customer"
            args = (users[(number + 1) % 2],) if number % 4 == 2 else ()
            workers.send(3, users[number % 2], model, method, *args, ids=[customer])
        for number in (0, 1):
            answer = workers.receive(number)
            self.assertNotIn("error", answer)
        for number, calls in ((2, finished), (3, len(customers))):
            for _call in range(calls):
                workers.receive(number)
        # whoever was stepped over goes at the next run
        workers.call(0, SUPERUSER_ID, "crm.pool", "_cron_recycle")
        with self.committed() as env:
            env.cr.execute(
                """
                SELECT partner.id, partner.pool_id, partner.user_id, move.kind,
                       move.to_user_id,
                       (SELECT count(*) FROM crm_owner_move
                         WHERE partner_id = partner.id AND kind = 'recycle'),
                       (SELECT count(*) FROM crm_followup
                         WHERE partner_id = partner.id AND state = 'planned'),
                       partner.pool_deadline
                  FROM res_partner partner
                  LEFT JOIN LATERAL (
                        SELECT kind, to_user_id FROM crm_owner_move
                         WHERE partner_id = partner.id ORDER BY id DESC LIMIT 1
                       ) AS move ON true
                 WHERE partner.id = ANY(%s)
                """,
                [customers],
            )
            rows = env.cr.fetchall()
        self.assertEqual(len(rows), 40)
        for _id, pooled, owner, kind, to_user, taken, planned, deadline in rows:
            self.assertEqual(bool(pooled), not owner)
            if kind:
                self.assertEqual(owner, to_user)
            self.assertEqual(bool(pooled), kind == "recycle")
            self.assertLessEqual(taken, 1)
            if pooled:
                self.assertFalse(planned)
                self.assertFalse(deadline)
            else:
                self.assertGreater(deadline, fields.Date.today())

    def test_lock_order(self):
        """Whoever changes a follow-up locks its customer first, as the run does.

        So the run steps over that customer, and neither waits for the other.
        Covers: P04.
        """
        users, customers, _pool = self._set_up(5)
        with self.committed() as env:
            plans = env["crm.followup"].create(
                [
                    {"name": "跟进", "partner_id": customer, "user_id": users[0]}
                    for customer in customers
                ]
            )
            plans[3].action_done()
            doors = list(
                zip(
                    (
                        "action_done",
                        "action_cancel",
                        "write",
                        "action_restamp",
                        "unlink",
                    ),
                    ((), ("没空",), ({"planned_at": "2040-01-01"},), (), ()),
                    (plans[0], plans[1], plans[2], plans[3], plans[4]),
                    strict=True,
                )
            )
            doors = [(method, args, plan.id) for method, args, plan in doors]
        workers = self.workers(len(doors) + 1)
        with self.registry.cursor() as cr:
            cr.execute(
                "SELECT id FROM crm_followup WHERE id IN %s FOR UPDATE",
                [tuple(plan for _method, _args, plan in doors)],
            )
            for number, (method, args, plan) in enumerate(doors):
                workers.send(
                    number, SUPERUSER_ID, "crm.followup", method, *args, ids=[plan]
                )
            self.await_waiting(len(doors))
            cr.execute(
                "SELECT id FROM res_partner WHERE id IN %s"
                " FOR NO KEY UPDATE SKIP LOCKED",
                [tuple(customers)],
            )
            self.assertEqual(cr.fetchall(), [], "customers are locked first")
            workers.call(len(doors), SUPERUSER_ID, "crm.pool", "_cron_recycle")
        for number, _door in enumerate(doors):
            self.assertNotIn("error", workers.receive(number))
        pooled, _rows, _batches = self._state(customers)
        self.assertFalse(pooled)
