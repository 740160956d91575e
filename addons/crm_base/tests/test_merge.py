from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestMerge(CrmCase):
    """Odoo's merge of contacts moves customers by the rules of a transfer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kept = cls._customer(cls.sam, "中石油")
        cls.gone = cls._customer(cls.sue, "中国石油", email="a@example.com")

    def _merge(self, user, partners, into=None):
        wizard = (
            self.env["base.partner.merge.automatic.wizard"]
            .with_user(user)
            .create(
                {
                    "partner_ids": [Command.set(partners.ids)],
                    "dst_partner_id": into.id if into else False,
                }
            )
        )
        with self.acting(user):
            wizard.action_merge()
        self.env.flush_all()
        self.env.invalidate_all()

    def test_merge(self):
        """A manager merges two of the team's customers: everything goes along.

        Covers: B13, B03.
        """
        contact = self._contact(self.gone)
        done = self._followup(
            self.sue, self.gone, done=True, content="谈成了一笔大订单"
        )
        plan = self._followup(self.sue, self.gone, planned_at="2031-05-01 01:00:00")
        self._share(self.gone, self.xia, "write", "2031-01-01")
        self._share(self.kept, self.xia, "read")
        self._share(self.gone, self.tom)
        self._share(self.gone, self.sam)
        number = self.kept.customer_no
        self.gone.with_user(self.sue).is_favorite = True
        self._merge(self.manager, self.kept | self.gone, self.kept)
        self.assertFalse(self.gone.exists())
        self.assertEqual(self.kept.customer_no, number)
        self.assertEqual(self.kept.email, "a@example.com")
        self.assertFamilyOwner(self.kept, self.sam)
        self.assertEqual(contact.crm_customer_id, self.kept)
        self.assertEqual((done | plan).partner_id, self.kept)
        self.assertEqual(done.user_id, self.sue, "what was done stays hers")
        self.assertEqual(plan.user_id, self.sam, "what is open goes to the owner")
        self.assertEqual(self.kept.last_followup_at, done.done_at)
        self.assertEqual(self.kept.next_followup_at, plan.planned_at)
        self.assertIn(self.sue, self.kept.favorite_user_ids)
        shares = {share.user_id: share for share in self.kept.share_ids}
        self.assertEqual(set(shares), {self.xia, self.tom})
        self.assertEqual(shares[self.xia].mode, "write")
        self.assertFalse(shares[self.xia].until, "the share without end wins")
        self.assertLedger(
            self.kept,
            [
                ("create", None, self.sam),
                ("create", None, self.sue),
                ("merge", self.sue, self.sam),
            ],
        )
        self.assertIn("中国石油", self._moves(self.kept)[0].reason)
        self.assertEqual(self._moves(self.kept)[0].actor_id, self.manager)

    def test_needs_write_scope_on_all(self):
        """Nobody pulls a colleague's customer over by merging it.

        Covers: B13, B03.
        """
        theirs = self._customer(self.xia, "别的队的")
        self._share(theirs, self.manager, "write")
        self._share(self.gone, self.sam, "write")
        partner_manager = self.env.ref("base.group_partner_manager")
        self.sam.group_ids = [Command.link(partner_manager.id)]
        self.employee.group_ids = [Command.link(partner_manager.id)]
        for user, partners in (
            (self.manager, self.kept | theirs),
            (self.sam, self.kept | self.gone),
            (self.employee, self.kept | self.gone),
        ):
            with self.assertRaises(AccessError):
                self._merge(user, partners, partners[0])
            with self.assertRaises(AccessError):
                self._merge(user, partners, partners[1])
            with self.assertRaises(AccessError):
                self._merge(user, partners)
        self._merge(self.director, self.kept | theirs, theirs)
        self.assertEqual(theirs.user_id, self.xia)

    def test_customer_never_vanishes_in_a_contact(self):
        """The customer remains when an ordinary partner is merged into it.

        Covers: B13.
        """
        partner = self.env["res.partner"].create(
            {"name": "中石油（旧）", "phone": "010-12345678"}
        )
        boss = self.boss
        with self.assertRaises(UserError):
            self._merge(boss, self.kept | partner, partner)
        self._merge(boss, self.kept | partner, self.kept)
        self.assertEqual(self.kept.phone, "010-12345678")
        self.assertEqual(len(self._moves(self.kept)), 1)
        # chosen by itself, the customer remains as well
        older = self.env["res.partner"].create({"name": "中石油（更旧）"})
        self._merge(boss, older | self.kept)
        self.assertTrue(self.kept.exists())

    def test_contacts(self):
        """Contacts of one customer merge freely; those of two need both owners.

        Covers: B13, B06.
        """
        first = self._contact(self.kept, "王小明", mobile="13800138000")
        second = self._contact(self.kept, "王晓明", wechat="wxm")
        other = self._contact(self.gone, "王小明")
        self.sam.group_ids = [
            Command.link(self.env.ref("base.group_partner_manager").id)
        ]
        self._merge(self.sam, first | second, first)
        self.assertEqual(first.wechat, "wxm")
        self.assertEqual(first.user_id, self.sam)
        self._share(self.gone, self.sam, "write")
        with self.assertRaises(AccessError):
            self._merge(self.sam, first | other, first)
        self._merge(self.manager, first | other, first)
        self.assertEqual(first.crm_customer_id, self.kept)
        with self.assertRaises(UserError):
            self._merge(self.manager, first | self.gone, self.gone)

    def test_registry(self):
        """Facts are merged by the registry, not by who comes first.

        Covers: B13.
        """
        opened = self.kept._crm_workflow()
        opened.write(
            {
                "last_deal_at": "2026-01-01 00:00:00",
                "last_opportunity_at": "2026-03-01 00:00:00",
                "owner_since": "2026-01-01 00:00:00",
            }
        )
        self.gone._crm_workflow().write(
            {
                "last_deal_at": "2026-02-01 00:00:00",
                "last_opportunity_at": "2026-02-01 00:00:00",
                "owner_since": "2025-01-01 00:00:00",
            }
        )
        warm = self.env.ref("crm_base.dictionary_heat_level_warm")
        boiling = self.env.ref("crm_base.dictionary_heat_level_boiling")
        self.kept.write(
            {
                "heat_level_id": warm.id,
                "heat_reason": "老客户",
                "heat_until": "2031-01-01",
            }
        )
        self.gone.write({"heat_level_id": boiling.id, "heat_reason": "大项目"})
        names = self.kept._crm_merge_get_fields()
        self.assertLessEqual(
            set(self.kept._crm_merge_get_fields_specific()), set(names)
        )
        # what no form may write, a merge must decide
        decided = self.kept._crm_workflow_fields() - self.kept._crm_computed_fields()
        self.assertLessEqual(decided, set(names))
        self._merge(self.manager, self.kept | self.gone, self.kept)
        self.assertEqual(str(self.kept.last_deal_at), "2026-02-01 00:00:00")
        self.assertEqual(str(self.kept.last_opportunity_at), "2026-03-01 00:00:00")
        self.assertEqual(str(self.kept.owner_since), "2026-01-01 00:00:00")
        self.assertEqual(self.kept.heat_level_id, boiling)
        self.assertEqual(self.kept.heat_reason, "大项目")
        self.assertFalse(self.kept.heat_until)

    def test_three_at_once(self):
        """Two customers vanish in a third; each leaves a ledger row of one batch.

        Covers: B13.
        """
        third = self._customer(self.sam, "石油集团")
        self._share(third, self.xia)
        self._share(self.gone, self.xia)
        self._merge(self.manager, self.kept | self.gone | third, self.kept)
        self.assertEqual(len(self.kept.share_ids), 1)
        merges = self._moves(self.kept).filtered(lambda move: move.kind == "merge")
        self.assertEqual(merges.from_user_id, self.sue | self.sam)
        self.assertEqual(len(set(merges.mapped("batch_id"))), 1)

    def test_ordinary_partners_merge_as_ever(self):
        """Partners that are no customers are merged by Odoo's rules.

        Covers: B13.
        """
        partners = self.env["res.partner"].create(
            [{"name": "甲", "email": "x@y.z"}, {"name": "乙", "email": "x@y.z"}]
        )
        self.employee.group_ids = [
            Command.link(self.env.ref("base.group_partner_manager").id)
        ]
        self._merge(self.employee, partners, partners[0])
        self.assertFalse(partners[1].exists())
