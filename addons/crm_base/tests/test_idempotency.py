from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import CrmCase
from .processes import ProcessCase

VALUES = {"name": "绍兴轻纺机械有限公司", "is_company": True, "is_crm_customer": True}


@tagged("post_install", "-at_install")
class TestIdempotency(CrmCase):
    def _once(self, user, key, values=None, model="res.partner"):
        keys = self.env["crm.idempotency.key"].with_user(user)
        return keys.create_once(model, key, [VALUES] if values is None else values)

    def test_repeated(self):
        """What is sent again creates nothing again, for one user and one content.

        Covers: B25.
        """
        ids = self._once(self.sam, "erp-4711")
        customer = self.env["res.partner"].browse(ids)
        self.assertEqual(customer.user_id, self.sam)
        self.assertEqual(self._once(self.sam, "erp-4711"), ids)
        self.assertLedger(customer, [("create", None, self.sam)])
        with self.assertRaises(UserError):
            self._once(self.sam, "erp-4711", [{**VALUES, "name": "另一家"}])
        other = [{**VALUES, "name": "嵊州领带服饰有限公司"}]
        self.assertNotEqual(self._once(self.sam, "erp-4712", other), ids)
        third = [{**VALUES, "name": "诸暨珍珠首饰有限公司"}]
        self.assertNotEqual(self._once(self.sue, "erp-4711", third), ids, "personal")

    def test_refused(self):
        """A refused create leaves its key free; rights are those of create.

        Covers: B01, B25.
        """
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._once(self.sam, "k", [{**VALUES, "user_id": self.xia.id, "name": ""}])
        self.assertTrue(self._once(self.sam, "k"))
        with self.assertRaises(AccessError):
            self._once(self.sam, "m", [{"name": "x"}], "crm.metric")
        with self.assertRaises(AccessError):
            self._once(self.portal, "p")
        keys = self.env["crm.idempotency.key"].with_user(self.sam)
        with self.assertRaises(AccessError):
            keys.create({"key": "x", "model": "res.partner", "digest": "x"})
        with self.assertRaises(AccessError):
            keys.search([])

    def test_hostile(self):
        """Arguments that make no sense are answered, not crashed on.

        Covers: B25.
        """
        for model, key, values in (
            ("res.partner", "", [VALUES]),
            ("res.partner", "k" * 129, [VALUES]),
            ("res.partner", 7, [VALUES]),
            ("no.model", "k", [VALUES]),
            ("base", "k", [VALUES]),
            ("crm.customer.share", "k", [VALUES]),
            (None, "k", [VALUES]),
            ("res.partner", "k", []),
            ("res.partner", "k", VALUES),
            ("res.partner", "k", ["x"]),
            ("res.partner", "k", [VALUES] * 1001),
        ):
            with self.assertRaises(UserError):
                self._once(self.sam, key, values, model)

    def test_forgotten(self):
        """Old keys are forgotten, what they made stays.

        Covers: B25.
        """
        ids = self._once(self.sam, "old")
        self.env.cr.execute(
            "UPDATE crm_idempotency_key SET create_date = now() - interval '31 days'"
        )
        self.env.invalidate_all()
        self.env["crm.idempotency.key"]._gc_idempotency_keys()
        other = [{**VALUES, "name": "嵊州领带服饰有限公司"}]
        self.assertNotEqual(self._once(self.sam, "old", other), ids)
        self.assertTrue(self.env["res.partner"].browse(ids).exists())


@tagged("post_install", "-at_install")
class TestIdempotencyProcesses(ProcessCase):
    def test_at_the_same_time(self):
        """Eight processes send the same thing at once: one customer, one answer.

        Covers: B25.
        """
        with self.committed() as env:
            user = new_test_user(
                env, login="integrator", groups="crm_base.group_salesperson"
            )
            user_id = user.id
        made = []

        def clean():
            self.remove(partner_ids=made)
            with self.committed() as env:
                env.cr.execute(
                    "DELETE FROM crm_idempotency_key WHERE create_uid = %s", (user_id,)
                )
            self.remove(user_ids=[user_id])

        self.addCleanup(clean)
        call = (user_id, "crm.idempotency.key", "create_once")
        answers = self.workers(8).race(
            [((*call, "res.partner", "erp-1", [VALUES]), {})] * 8
        )
        with self.committed() as env:
            found = env["res.partner"].search([("create_uid", "=", user_id)])
            made += found.ids
        self.assertFalse([one for one in answers if "error" in one], answers)
        self.assertEqual(len(made), 1)
        self.assertEqual([one["result"] for one in answers], [made] * 8)
