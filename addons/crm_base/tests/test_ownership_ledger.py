from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestLedger(CrmCase):
    def test_append_only(self):
        """The ledger is never written, forged or deleted: not by the boss, not by code.

        Covers: B03, B15.
        """
        customer = self._customer(self.sam)
        move = customer.owner_move_ids
        values = {"partner_id": customer.id, "partner_name": "x", "kind": "transfer"}
        self.boss.group_ids = [Command.link(self.env.ref("base.group_system").id)]
        for ledger in (
            move.with_user(self.sam),
            move.with_user(self.boss),
            move.sudo(),
            move.with_context(crm_workflow=True),
            move._crm_workflow(),
        ):
            with self.assertRaises(AccessError):
                ledger.write({"reason": "forged"})
            with self.assertRaises(AccessError):
                ledger.to_user_id = self.xia
            with self.assertRaises(AccessError):
                ledger.unlink()
        for ledger in (
            self.env["crm.owner.move"].with_user(self.boss),
            self.env["crm.owner.move"].sudo(),
        ):
            with self.assertRaises(AccessError):
                ledger.create({**values, "actor_id": self.boss.id})
            with self.assertRaises(AccessError):
                move.with_env(ledger.env).copy()
            loaded = ledger.load(["partner_name", "kind"], [["x", "create"]])
            self.assertFalse(loaded["ids"])
        self.assertLedger(customer, [("create", None, self.sam)])

    def test_who_reads(self):
        """Superiors of either side and whoever sees the customer read its ledger.

        Covers: B03, B15.
        """
        customer = self._customer(self.sam)
        customer.with_user(self.sam).action_transfer(self.xia.id, "x")
        moves = customer.owner_move_ids
        # of the creation and the transfer: Sam's side reads both, Xia's side as well
        self.assertViewers(
            moves,
            self.sam
            | self.manager
            | self.assistant
            | self.director
            | self.xia
            | self.other_manager,
        )
        customer.with_user(self.xia).action_transfer(self.other_manager.id, "y")
        self.assertBlind(self.sam, self._moves(customer)[0])

    def test_a_form_of_it_opens(self):
        """Whoever asks for the form of a new row gets one, and cannot save it.

        Covers: B15.
        """
        ledger = self.env["crm.owner.move"]
        ledger.onchange({}, [], {"display_name": {}, "kind": {}})
        self.assertFalse(ledger.default_get(["actor_id"]).get("actor_id"))

    def test_other_company(self):
        """Rows of another company's customers are not read from this one.

        Covers: B03.
        """
        other = self.env["res.company"].create({"name": "二公司"})
        self.boss.company_ids = [Command.link(other.id)]
        self.sam.company_ids = [Command.link(other.id)]
        customer = self._customer(
            self.sam.with_context(allowed_company_ids=[self.company.id, other.id]),
            company_id=other.id,
        )
        moves = customer.owner_move_ids.with_user(self.boss)
        self.assertFalse(
            moves.with_context(allowed_company_ids=self.company.ids).has_access("read")
        )
        self.assertTrue(
            moves.with_context(allowed_company_ids=other.ids).has_access("read")
        )
