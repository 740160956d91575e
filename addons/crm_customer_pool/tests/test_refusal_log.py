from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_base.tests.processes import ProcessCase

from .common import PoolCase


@tagged("post_install", "-at_install")
class TestRefusalLog(ProcessCase):
    """What is refused is rolled back; that it was tried is not."""

    def _remove(self, user_ids, customer_ids, pool_id):
        self.remove(partner_ids=customer_ids)
        with self.committed() as env:
            for table in ("crm_pool_batch", "crm_operation_log"):
                env.cr.execute(
                    "DELETE FROM " + table + " WHERE user_id IN %s",  # noqa: S608
                    (tuple(user_ids),),
                )
            env["crm.pool"].browse(pool_id).unlink()
        self.remove(user_ids=user_ids)

    def test_present_is_logged(self):
        """A releases, B claims, B transfers to A: refused, and in the operation log.

        Covers: P06.
        """
        with self.committed() as env:
            users = env["res.users"]
            for name in "AB":
                users |= new_test_user(
                    env,
                    login=f"giver_{name}",
                    name=f"Giver {name}",
                    groups="crm_base.group_salesperson",
                )
            pool = env["crm.pool"].create(
                {
                    "name": "防倒手",
                    "member_user_ids": users.ids,
                    "company_id": False,
                    "tz": "Asia/Shanghai",
                    "exclude_previous_owner_days": 30,
                }
            )
            customer = (
                env["res.partner"]
                .with_user(users[0])
                .create({"name": "倒手客户", "is_crm_customer": True})
            )
            customer.action_release_to_pool(pool.id, "倒手")
            ids = users.ids, customer.ids, pool.id
        self.addCleanup(self._remove, *ids)
        former, claimant = ids[0]
        workers = self.workers(1)
        context = {"lang": "en_US"}
        workers.call(
            0,
            claimant,
            "crm.pool.customer",
            "action_claim",
            ids=ids[1],
            context=context,
        )
        workers.send(
            0,
            claimant,
            "res.partner",
            "action_transfer",
            args=[former],
            ids=ids[1],
            context=context,
        )
        answer = workers.receive(0)
        self.assertEqual(answer.get("error"), "UserError")
        self.assertIn("cannot get it back before", answer["message"])
        with self.committed() as env:
            log = env["crm.operation.log"].search([("user_id", "=", claimant)])
            self.assertEqual(log.operation, "pool_refusal")
            self.assertEqual(log.summary, answer["message"])
            self.assertEqual(log.res_ids, ids[1])
            self.assertEqual(env["res.partner"].browse(ids[1]).user_id.id, claimant)


@tagged("post_install", "-at_install")
class TestRefusalsOfJobs(PoolCase):
    """What a job refuses is known afterwards as well."""

    def test_logged_once_committed(self):
        """A refusal that somebody catches is logged when the rest is committed.

        Covers: P06.
        """
        self.pool.exclude_previous_owner_days = 30
        customer = self._customer(self.sam)
        self._lose(self.sam, customer)
        self._claim(self.sue, customer)
        told = []
        self.patch(
            self.env.registry["crm.operation.log"],
            "_crm_write_refusal",
            lambda log, *args: told.append(args),
        )
        self.env.cr.postcommit.clear()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            customer.with_user(self.sue).action_transfer(self.sam.id)
        self.assertFalse(told)
        self.env.cr.postcommit.run()
        self.assertEqual(len(told), 1)
