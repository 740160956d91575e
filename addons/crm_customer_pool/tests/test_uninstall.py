from odoo.tests import tagged
from odoo.tools import SQL

from ..hooks import uninstall_hook
from .common import PoolCase


@tagged("post_install", "-at_install")
class TestUninstall(PoolCase):
    def test_nobody_is_left_behind(self):
        """Without the addon every customer has an owner, and the ledger stays readable.

        Covers: P09.
        """
        self.pool.holding_limit = 1
        self._customer(self.sam, "已有的公司")
        back = self._customer(self.tom, "甲公司")
        self._lose(self.tom, back)
        leaver = self._customer(self.sue, "乙公司")
        self._lose(self.sue, leaver)
        self.sue.active = False
        archived = self._customer(self.tom, "丙公司")
        self._lose(self.tom, archived)
        archived.active = False
        ownerless = self._customer(self.boss, "丁公司")
        ownerless._crm_workflow().user_id = False
        ownerless.with_user(self.boss).action_release_to_pool(self.pool.id, "名单")
        uninstall_hook(self.env)
        for customer, owner in ((back, self.tom), (archived, self.tom)):
            self.assertEqual(customer.user_id, owner)
            self.assertFalse(customer.pool_id)
        for customer in leaver | ownerless:
            self.assertTrue(customer.user_id._crm_is_boss())
        self.assertFalse(
            self.env["res.partner"]
            .with_context(active_test=False)
            .search([("pool_id", "!=", False)])
        )
        # what happens to the kinds of this addon when its fields go
        for kind in ("enter", "release", "claim", "assign"):
            moves = self.env["crm.owner.move"].search([("kind", "=", kind)])
            moves._crm_forget_kind()
        self.assertEqual(
            self._moves(back).sorted("id").mapped("kind"),
            ["create", "transfer", "transfer"],
        )
        self.assertTrue(
            self._moves(back).sorted("id")[1].reason.startswith("[release] ")
        )

    def test_nothing_is_held_back(self):
        """What the addon brought can be deleted, in any order. Covers: P09."""
        self.pool.masked_field_ids = self.env["crm.pool.field"].search([])
        customer = self._customer(self.sam, "甲公司")
        self._lose(self.sam, customer)
        uninstall_hook(self.env)
        for table in ("crm_pool_field", "crm_pool"):
            with self.env.cr.savepoint():
                self.env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(table)))
        self.assertTrue(self._moves(customer))
