from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CrmCase

CODE = "91110000600037341L"


@tagged("post_install", "-at_install")
class TestMergeUndo(CrmCase):
    """Merging side by side, and taking it back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept = cls._customer(cls.sam, "中石油", phone="010-11111111")
        cls.gone = cls._customer(
            cls.sue, "中国石油", phone="010-22222222", email="a@example.com", vat=CODE
        )

    def _wizard(self, user, partners, target):
        wizard = (
            self.env["crm.customer.merge"]
            .with_user(user)
            .with_context(active_model="res.partner", active_ids=partners.ids)
            .create({"target_id": target.id})
        )
        return wizard

    def _merge(self, user=None, **picks):
        user = user or self.manager
        with self.acting(user):
            wizard = self._wizard(user, self.kept | self.gone, self.kept)
            for line in wizard.line_ids:
                if line.field_name in picks:
                    line.pick = picks[line.field_name]
            wizard.action_merge()
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["crm.merge.journal"].search([], limit=1)

    def test_choices(self):
        """Values are chosen one by one, whichever customer remains. Covers: B13."""
        number = self.gone.customer_no
        self._merge(name="2", phone="1", customer_no="2", vat="2")
        self.assertFalse(self.gone.exists())
        self.assertEqual(self.kept.name, "中国石油")
        self.assertEqual(self.kept.phone, "010-11111111")
        self.assertEqual(self.kept.customer_no, number)
        self.assertEqual(self.kept.credit_code, CODE)

    def test_undo(self):
        """Everything returns to the customer that had vanished. Covers: B13, B03."""
        tag = self.env["res.partner.category"].create({"name": "重点"})
        (self.gone | self.kept).category_id = tag
        only = self.env["res.partner.category"].create({"name": "仅此"})
        self.gone.category_id |= only
        contact = self._contact(self.gone)
        done = self._followup(self.sue, self.gone, done=True, content="谈成了大订单")
        plan = self._followup(self.sue, self.gone, planned_at="2031-05-01 01:00:00")
        own = self._followup(self.sam, self.kept, planned_at="2031-06-01 01:00:00")
        self._share(self.gone, self.xia, "write", "2031-01-01")
        self._share(self.gone, self.sam)
        self._share(self.kept, self.xia)
        attachment = self.env["ir.attachment"].create(
            {
                "name": "合同.txt",
                "raw": b"x",
                "res_model": "res.partner",
                "res_id": self.gone.id,
            }
        )
        message = self.gone.message_post(body="记录")
        self.env.flush_all()
        names = [
            "name",
            "phone",
            "email",
            "vat",
            "credit_code",
            "customer_no",
            "user_id",
            "owner_since",
            "last_followup_at",
            "next_followup_at",
            "search_key",
            "display_name",
            "crm_customer_id",
        ]
        before = (self.gone | self.kept | contact).read(names)
        journal = self._merge(name="2")
        self.assertEqual(contact.parent_id, self.kept)
        # what is new since the merge stays where it was made
        later = self._followup(self.sam, self.kept, planned_at="2031-07-01 01:00:00")
        later.unlink()
        journal.with_user(self.manager).action_undo()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((self.gone | self.kept | contact).read(names), before)
        self.assertEqual(contact.parent_id, self.gone)
        self.assertEqual((done | plan).partner_id, self.gone)
        self.assertEqual(plan.user_id, self.sue)
        self.assertEqual(own.partner_id, self.kept)
        self.assertEqual(attachment.res_id, self.gone.id)
        self.assertEqual(message.res_id, self.gone.id)
        self.assertEqual(self.gone.category_id, tag | only)
        self.assertEqual(self.kept.category_id, tag)
        shares = {
            (share.partner_id, share.user_id): share.mode
            for share in (self.gone | self.kept).share_ids
        }
        self.assertEqual(
            shares,
            {
                (self.gone, self.xia): "write",
                (self.gone, self.sam): "read",
                (self.kept, self.xia): "read",
            },
        )
        self.assertFamilyOwner(self.gone, self.sue)
        self.assertEqual(self._moves(self.gone)[0].kind, "undo")
        self.assertEqual(journal.state, "undone")
        with self.assertRaises(UserError):
            journal.with_user(self.manager).action_undo()
        # and once more, as if nothing had been
        self._merge()
        self.assertFalse(self.gone.exists())

    def test_new_work_stays(self):
        """What was done since the merge stays with the customer that remained.

        Covers: B13.
        """
        journal = self._merge()
        done = self._followup(self.sam, self.kept, done=True, content="合并后的跟进")
        journal.with_user(self.manager).action_undo()
        self.assertEqual(done.partner_id, self.kept)
        self.assertEqual(self.kept.last_followup_at, done.done_at)
        self.assertFalse(self.gone.last_followup_at)

    def test_unsafe(self):
        """What changed since is named, and the undo refused. Covers: B13."""
        contact = self._contact(self.gone)
        journal = self._merge(name="2")
        self.kept.with_user(self.sam).name = "新名字"
        with self.assertRaises(UserError) as caught:
            journal.with_user(self.manager).action_undo()
        self.assertIn("新名字", str(caught.exception))
        self.kept.with_user(self.sam).name = "中国石油"
        other = self._customer(self.sam, "另一家")
        contact.with_user(self.manager).parent_id = other
        with self.assertRaises(UserError) as caught:
            journal.with_user(self.manager).action_undo()
        self.assertIn("王小明", str(caught.exception))
        contact.with_user(self.manager).parent_id = self.kept
        self.kept.with_user(self.manager).action_transfer(self.sue.id, "换人")
        journal.with_user(self.manager).action_undo()
        self.assertEqual(self.gone.user_id, self.sue)

    def test_rights(self):
        """Managers of both owners merge and undo; nobody else. Covers: B13, B03."""
        with self.assertRaises(AccessError):
            self._merge(self.sam)
        with self.assertRaises(AccessError):
            self._merge(self.other_manager)
        journal = self._merge()
        self.assertBlind(self.other_manager, journal)
        for user in (self.sam, self.other_manager):
            with self.assertRaises(AccessError):
                journal.with_user(user).action_undo()
        with self.assertRaises(AccessError):
            journal.with_user(self.manager).read(["changes"])
        with self.assertRaises(AccessError):
            journal.with_user(self.manager).write({"state": "undone"})
        journal.with_user(self.director).action_undo()
        self.assertTrue(self.gone.exists())
