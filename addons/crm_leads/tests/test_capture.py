from odoo.tests import tagged

from .common import LeadCase


@tagged("post_install", "-at_install")
class TestCapture(LeadCase):
    """Each way in sets channel and source, and is counted."""

    def test_by_hand(self):
        """A lead that somebody enters. Covers: L01, L02."""
        lead = self._lead(self.sam)
        self.assertEqual(lead.capture_channel, "manual")
        self.assertTrue(lead.is_captured)
        self.assertTrue(lead.source_id)
        source = self.env["utm.source"].create({"name": "老客户推荐"})
        self.assertEqual(self._lead(self.sam, source_id=source.id).source_id, source)
        self.assertEqual(self._lead(self.sam).source_id, lead.source_id)

    def test_campaign(self):
        """A lead that belongs to a campaign counts for it. Covers: L01."""
        campaign = self.env["utm.campaign"].create({"name": "双十一"})
        lead = self._lead(self.sam, campaign_id=campaign.id)
        self.assertEqual(lead.capture_channel, "campaign")

    def test_by_code(self):
        """Code of the suite says through which channel a lead came in. Covers: L01."""
        for channel in ("web_form", "email", "import", "call", "api"):
            lead = (
                self.env["crm.lead"]
                .with_user(self.sam)
                ._crm_capturing(channel)
                .create({"name": "x", "type": "lead"})
            )
            self.assertEqual(lead.capture_channel, channel)
            self.assertTrue(lead.source_id)

    def test_context_is_no_door(self):
        """What an external call sends as context does not decide on the channel."""
        lead = (
            self.env["crm.lead"]
            .with_user(self.sam)
            .with_context(crm_capture="web_form", default_capture_channel="email")
            .create({"name": "x", "type": "lead"})
        )
        self.assertEqual(lead.capture_channel, "manual")

    def test_opportunities_are_none(self):
        """An opportunity that was never a lead is not counted as one."""
        deal = self._lead(self.sam, type="opportunity")
        self.assertFalse(deal.is_captured)
        self.assertFalse(deal.lead_state)

    def test_search(self):
        """A lead is found by name, phone, pinyin and initials. Covers: L02, B07."""
        lead = self._lead(
            self.sam,
            partner_name="苏州精工机械有限公司",
            contact_name="曾小贤",
            phone="138 0013 8000",
        )
        leads = self.env["crm.lead"].with_user(self.sam)
        for text in ("精工", "szjg", "zengxiaoxian", "zxx", "13800138000", "0138"):
            with self.subTest(text=text):
                self.assertIn(lead, leads.search([("search_key", "ilike", text)]))
                found = leads.name_search(text)
                self.assertIn(lead.id, [row[0] for row in found])
