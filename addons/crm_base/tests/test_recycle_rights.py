from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .recycle_case import RecycleCase


@tagged("post_install", "-at_install")
class TestRecycleRights(RecycleCase):
    def test_whose_it_is(self):
        """People see and restore what they deleted, superiors what theirs did.

        Covers: B01, B16.
        """
        customer = self._customer(self.sam)
        plan = self._followup(self.sam, customer)
        self._delete(plan, self.sam)
        entry = self._entry(self.sam, plan.id, "crm.followup")
        self.assertViewers(
            entry.with_env(self.env),
            self.sam | self.manager | self.assistant | self.director,
        )
        with self.assertRaises(AccessError):
            self._bin(self.sue).browse(entry.id).action_restore()
        with self.assertRaises(AccessError):
            self._bin(self.portal).browse(entry.id).action_restore()
        self._restore(entry)
        self.assertEqual(plan.user_id, self.sam)

    def test_purging_is_the_boss_s(self):
        """Nobody but the boss deletes for good. Covers: B16."""
        customer = self._customer(self.sam)
        plan = self._followup(self.sam, customer)
        file = self.env["ir.attachment"].create(
            {"name": "x", "raw": b"x", "res_model": "crm.followup", "res_id": plan.id}
        )
        self._delete(plan, self.sam)
        entry = self._entry(self.sam, plan.id, "crm.followup")
        for user in (self.sam, self.director, self.maintainer):
            for call in ("action_purge", "action_empty"):
                with self.assertRaises(AccessError):
                    getattr(self._bin(user).browse(entry.id), call)()
        self.assertTrue(entry.exists())
        self.assertTrue(entry.with_user(self.boss).action_purge())
        self.assertFalse(entry.exists())
        self.assertFalse(file.exists())
        self.assertFalse(self.env["crm.recycle.item"].search([]))
        log = self.env["crm.operation.log"].search([("operation", "=", "purge")])
        self.assertEqual(log.user_id, self.boss)
        self.assertEqual(log.res_ids, [plan.id])
        with self.assertRaisesRegex(UserError, "meanwhile"):
            entry.with_user(self.boss).action_purge()

    def test_empty(self):
        """The boss empties the whole bin. Covers: B16."""
        customer = self._customer(self.sam)
        plans = self._followup(self.sam, customer) | self._followup(self.sam, customer)
        self._delete(plans, self.sam)
        self._delete(customer)
        self.assertEqual(self._bin(self.boss).action_empty(), 3)
        self.assertFalse(self._bin(self.boss).search([]))

    def test_no_other_door(self):
        """Entries are made and removed by the system alone. Covers: B16."""
        plan = self._followup(self.sam, self._customer(self.sam))
        self._delete(plan, self.sam)
        for user in (self.sam, self.boss, self.env.ref("base.user_admin")):
            for entries in (self._bin(user), self._bin(user).sudo()):
                entry = entries.search([])
                for call in (
                    lambda e: e.create({"name": "x", "model": "x", "res_id": 1}),
                    lambda e: e.write({"name": "x"}),
                    lambda e: e.unlink(),
                ):
                    with self.assertRaises(AccessError):
                        call(entry)
            with self.assertRaises(AccessError):
                self.env["crm.recycle.item"].with_user(user).search([])

    def test_restore_is_no_way_around_rights(self):
        """Whoever lost the right to a model cannot bring back what he deleted.

        Covers: B01, B16.
        """
        template = self.env["crm.followup.template"].create({"name": "x"})
        self._delete(template, self.manager)
        entry = self._entry(self.manager, template.id, "crm.followup.template")
        self.manager.group_ids = self.sam.group_ids
        with self.assertRaises(AccessError):
            entry.action_restore()

    def test_stock_refusals_hold(self):
        """What could not be deleted before cannot be deleted now. Covers: B16."""
        customer = self._customer(self.sam)
        done = self._followup(self.sam, customer, done=True, content="x")
        for records, refusal in ((customer, AccessError), (done, UserError)):
            with self.assertRaises(refusal):
                records.with_user(self.sam).unlink()
        self.assertTrue(customer.exists() and done.exists())
        with self.assertRaises(UserError):
            self.sam.partner_id.with_user(self.boss).unlink()
        self.assertFalse(self.env["crm.recycle.entry"].search([]))
        self.assertFalse(self.env["crm.recycle.item"].search([]))

    def test_system_deletes_for_good(self):
        """What the system removes is not put into anybody's bin. Covers: B16."""
        plan = self._followup(self.sam, self._customer(self.sam))
        plan.sudo().unlink()
        self.assertFalse(self.env["crm.recycle.entry"].search([]))

    def test_kept_for_days(self):
        """After the days of the setting entries go for good, before never.

        Covers: B16.
        """
        customer = self._customer(self.sam)
        old, new = (
            self._followup(self.sam, customer),
            self._followup(self.sam, customer),
        )
        self._delete(old, self.sam)
        self._delete(new, self.sam)
        entry = self._entry(self.boss, old.id, "crm.followup")
        self.env.cr.execute(
            "UPDATE crm_recycle_entry SET logged_at = logged_at - interval '31 days'"
            " WHERE id = %s",
            [entry.id],
        )
        self.env.invalidate_all()
        bin_ = self.env["crm.recycle.entry"]
        bin_._gc_recycle_bin()
        self.assertTrue(entry.exists(), "0 means never")
        self.env["ir.config_parameter"].set_param("crm_base.recycle_days", "30")
        self.env.invalidate_all()
        self.assertTrue(entry.purge_at)
        bin_._gc_recycle_bin()
        self.assertFalse(entry.exists())
        self.assertTrue(self._entry(self.sam, new.id, "crm.followup"))
