"""Warnings by several schedulers at once, of whatever pools hold."""

from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user

COUNT = 40


class WarningRaceTests:
    """Each step once, in one notice, on committed data. For a ProcessCase."""

    holds = "customer"
    link = "partner_id"

    def _make(self, env, owner):
        """Create what the pool takes back, as its owner would; return the records."""
        return (
            env["res.partner"]
            .with_user(owner)
            .create(
                [
                    {
                        "name": f"预警客户{index}",
                        "is_company": True,
                        "is_crm_customer": True,
                    }
                    for index in range(COUNT)
                ]
            )
        )

    def _forget(self, ids):
        """Remove what was made."""
        self.remove(partner_ids=ids)

    def _set_up(self):
        with self.committed() as env:
            owner = new_test_user(
                env,
                login="warned",
                groups="crm_base.group_salesperson",
                tz="Asia/Shanghai",
            )
            pool = env["crm.pool"].create(
                {
                    "name": "预警公海",
                    "holds": self.holds,
                    "member_user_ids": owner.ids,
                    "company_id": False,
                    "tz": "Asia/Shanghai",
                }
            )
            env["crm.pool.rule"].create(
                {
                    "name": "30 天未跟进",
                    "pool_id": pool.id,
                    "trigger": "no_followup",
                    "days": 30,
                    "warn_days": "7,3,1",
                }
            )
            records = self._make(env, owner).sudo()
            records._crm_workflow().write(
                {"owner_since": fields.Datetime.now() - timedelta(days=27)}
            )
            ids = records.ids, pool.id, owner.id
        self.addCleanup(self._remove, *ids)
        return ids

    def _remove(self, record_ids, pool_id, user_id):
        self._forget(record_ids)
        with self.committed() as env:
            env["crm.pool"].browse(pool_id).unlink()
        self.remove(user_ids=[user_id])

    def test_four_at_once(self):
        """Four schedulers at one moment, twice: each step once, in one notice."""
        record_ids, _pool_id, user_id = self._set_up()
        workers = self.workers(4)
        for _turn in range(2):
            answers = workers.race([((1, "crm.pool.warning", "_cron_warn"), {})] * 4)
            errors = {answer["error"] for answer in answers if "error" in answer}
            self.assertLessEqual(errors, {"SerializationFailure"}, answers)
        with self.committed() as env:
            warnings = env["crm.pool.warning"].search([("user_id", "=", user_id)])
            self.assertEqual(sorted(warnings[self.link].ids), sorted(record_ids))
            self.assertEqual(len(warnings), COUNT)
            self.assertEqual(set(warnings.mapped("step")), {3})
            self.assertEqual(len(warnings.notice_id), 1)
