from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import LeadCase


@tagged("post_install", "-at_install")
class TestMerge(LeadCase):
    """Two leads that are one."""

    def test_merge(self):
        """Follow-ups and classes are kept, the ledger tells it. Covers: L02, L03."""
        intent = self.env.ref("crm_leads.dictionary_lead_intent_high")
        first = self._lead(self.sam, phone="13800138000")
        second = self._lead(self.sam, intent_id=intent.id, wechat="zengxx")
        self._lead_followup(self.sam, first, done=True, content="第一次")
        self._lead_followup(self.sam, second, done=True, content="第二次")
        leads = first | second
        merged = leads.with_user(self.sam).merge_opportunity()
        self.assertEqual(len(leads.exists()), 1)
        self.assertEqual(merged.intent_id, intent)
        self.assertEqual(merged.wechat, "zengxx")
        self.assertEqual(merged.phone, "13800138000")
        self.assertEqual(
            set(merged.followup_ids.mapped("content")), {"第一次", "第二次"}
        )
        self.assertEqual(self._lead_moves(merged)[-1].kind, "merge")

    def test_rights(self):
        """Only what one may change is merged, and nothing that has ended."""
        customer = self._customer(self.xia)
        theirs = self._lead(self.xia, partner_id=customer.id)
        self._share(customer, self.sam)
        mine = self._lead(self.sam)
        with self.assertRaises(AccessError):
            (mine | theirs).with_user(self.sam).merge_opportunity()
        closed = self._lead(self.sam)
        closed.with_user(self.sam).action_close("other")
        with self.assertRaises(UserError):
            (mine | closed).with_user(self.sam).merge_opportunity()
