from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import LeadCase


@tagged("post_install", "-at_install")
class TestClose(LeadCase):
    """Leads end by a reason, and may be taken up again."""

    def test_close_and_reopen(self):
        """A closed lead keeps its owner, its plans end, it can be reopened.

        Covers: L09.
        """
        lead = self._lead(self.sam)
        plan = self._lead_followup(self.sam, lead, planned_at="2031-01-01 02:00:00")
        lead.with_user(self.sam).action_close("wrong_number", "空号")
        self.assertEqual(lead.lead_state, "closed")
        self.assertFalse(lead.active)
        self.assertEqual(lead.won_status, "lost")
        self.assertEqual(lead.close_reason_id.code, "wrong_number")
        self.assertEqual(lead.closed_by_id, self.sam)
        self.assertEqual(lead.user_id, self.sam)
        self.assertEqual(plan.state, "cancelled")
        with self.assertRaises(UserError):
            lead.with_user(self.sam).action_close("other")
        lead.with_user(self.manager).action_reopen("客户回电")
        self.assertEqual(lead.lead_state, "new")
        self.assertTrue(lead.active)
        self.assertEqual(lead.won_status, "pending")
        self.assertEqual(lead.user_id, self.sam)
        self.assertFalse(lead.close_reason_id or lead.closed_at or lead.close_note)
        with self.assertRaises(UserError):
            lead.with_user(self.manager).action_reopen()
        texts = " ".join(lead.message_ids.mapped("body"))
        self.assertIn("空号", texts)
        self.assertIn("客户回电", texts)

    def test_reason_is_needed(self):
        """Nothing closes without a reason of the list. Covers: L09."""
        lead = self._lead(self.sam).with_user(self.sam)
        level = self.env["crm.dictionary"].search(
            [("kind", "=", "customer_level")], limit=1
        )
        for reason in ("", None, False, True, 0, "nonsense", -1, level.id, [1], {}):
            with self.subTest(reason=reason), self.assertRaises(UserError):
                lead.action_close(reason)
        reason = self.env.ref("crm_leads.dictionary_lead_close_reason_no_need")
        lead.action_close(reason.id)
        self.assertEqual(lead.lead_state, "closed")

    def test_side_doors(self):
        """Archiving and Odoo's dialogs do not close past the reason. Covers: L09."""
        lead = self._lead(self.sam).with_user(self.sam)
        with self.assertRaises(UserError):
            lead.action_archive()
        with self.assertRaises(UserError):
            lead.write({"active": False, "probability": 0})
        lost = self.env["crm.lost.reason"].create({"name": "太贵"})
        wizard = self.env["crm.lead.lost"].with_user(self.sam)
        wizard.create({"lead_ids": lead.ids, "lost_reason_id": lost.id}).with_context(
            active_ids=lead.ids
        ).action_lost_reason_apply()
        self.assertEqual(lead.lead_state, "closed")
        self.assertEqual(lead.close_note, "太贵")
        with self.assertRaises(UserError):
            lead.action_unarchive()
        deal = self._lead(self.sam, type="opportunity").with_user(self.sam)
        deal.action_set_lost(lost_reason_id=self._lost_reason())
        self.assertEqual(deal.won_status, "lost")

    def test_rights(self):
        """Only those who may change a lead close or reopen it. Covers: L09, B01."""
        lead = self._lead(self.sam)
        for user in (self.xia, self.assistant, self.other_manager):
            with self.assertRaises(AccessError):
                lead.with_user(user).action_close("other")
        lead.with_user(self.sam).action_close("other")
        with self.assertRaises(AccessError):
            lead.with_user(self.xia).action_reopen()

    def test_wizard(self):
        """Several leads are closed in one go. Covers: L09."""
        leads = self._lead(self.sam) | self._lead(self.sam)
        action = leads.with_user(self.sam).action_open_close()
        reason = self.env.ref("crm_leads.dictionary_lead_close_reason_spam")
        wizard = (
            self.env["crm.lead.close"]
            .with_user(self.sam)
            .with_context(**action["context"])
            .create({"reason_id": reason.id})
        )
        wizard.action_confirm()
        self.assertEqual(set(leads.mapped("lead_state")), {"closed"})
