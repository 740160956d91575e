from odoo.tests import new_test_user, tagged

from .processes import ProcessCase


@tagged("post_install", "-at_install")
class TestRecycleConcurrency(ProcessCase):
    """Two people at the bin at the same moment, in processes of their own."""

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            boss = new_test_user(env, "bin_boss", groups="crm_base.group_boss")
            customer = (
                env["res.partner"]
                .with_user(boss)
                .create({"name": "抢着恢复", "is_crm_customer": True})
            )
            contact = customer.create({"name": "联系人", "parent_id": customer.id})
            customer.unlink()
            self.entries = (
                env["crm.recycle.entry"].search([("user_id", "=", boss.id)]).ids
            )
            self.boss, self.partners = boss.id, [customer.id, contact.id]
        self.addCleanup(self._forget)

    def _forget(self):
        with self.committed() as env:
            env["crm.recycle.entry"].browse(self.entries).exists()._crm_forget()
            left = env["res.partner"].browse(self.partners).exists().ids
        self.remove(left, user_ids=[self.boss])

    def test_restored_once(self):
        """Of three who restore, one does; the others are told. Covers: B16."""
        call = (
            (self.boss, "crm.recycle.entry", "action_restore"),
            {"ids": self.entries},
        )
        answers = self.workers(3).race([call] * 3)
        errors = [answer for answer in answers if "error" in answer]
        self.assertEqual(len(errors), 2, answers)
        for answer in errors:
            self.assertIn("meanwhile", answer["message"])
        with self.committed() as env:
            self.assertEqual(len(env["res.partner"].browse(self.partners).exists()), 2)
            log = env["crm.operation.log"].search([("user_id", "=", self.boss)])
            self.assertEqual(log.mapped("operation").count("restore"), 1)

    def test_restored_or_purged(self):
        """Restoring and purging at once leaves one of the two. Covers: B16."""
        ids = {"ids": self.entries}
        answers = self.workers(2).race(
            [
                ((self.boss, "crm.recycle.entry", "action_restore"), ids),
                ((self.boss, "crm.recycle.entry", "action_purge"), ids),
            ]
        )
        self.assertEqual(sum("error" in answer for answer in answers), 1, answers)
        with self.committed() as env:
            left = env["res.partner"].browse(self.partners).exists()
            self.assertEqual(bool(left), "error" not in answers[0])
            self.assertFalse(env["crm.recycle.item"].search([]))
