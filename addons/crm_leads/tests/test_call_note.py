from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import LeadCase


@tagged("post_install", "-at_install")
class TestCallNote(LeadCase):
    """An incoming call, noted from any screen."""

    def _note(self, user, **values):
        return self.env["crm.lead"].with_user(user).crm_call_note(values)

    def _look_up(self, user, text):
        found = self.env["crm.lead"].with_user(user).crm_call_lookup(text)
        return [(row["model"], row["id"]) for row in found]

    def test_look_up(self):
        """Callers are found among customers, contacts and leads in sight.

        Covers: L01, B07.
        """
        customer = self._customer(self.sam, phone="010-62345678")
        contact = self._contact(customer, mobile="13800138000")
        lead = self._lead(self.sam, contact_name="曾小贤", phone="138 0013 8111")
        self.assertEqual(
            self._look_up(self.sam, "13800138"),
            [("res.partner", contact.id), ("crm.lead", lead.id)],
        )
        self.assertEqual(
            self._look_up(self.sam, "+86 138 0013 8000"), [("res.partner", contact.id)]
        )
        self.assertEqual(self._look_up(self.sam, "zxx"), [("crm.lead", lead.id)])
        self.assertEqual(self._look_up(self.sam, "62345678")[0][1], customer.id)
        self.assertEqual(self._look_up(self.xia, "13800138"), [])
        for text in ("", None, "13", "%", 0, "  "):
            self.assertEqual(self._look_up(self.xia, text), [], text)
        with self.assertRaises(AccessError):
            self._look_up(self.employee, "13800138000")

    def test_new_caller(self):
        """Somebody unknown becomes a lead, what was said a follow-up. Covers: L01."""
        result = self._note(
            self.sam,
            phone="13911112222",
            contact_name="赵先生",
            content="问数控机床价格\n下周到访",
            next_plan_at="2031-01-01 02:00:00",
        )
        self.assertTrue(result["is_new"])
        lead = self.env["crm.lead"].browse(result["id"])
        self.assertEqual(lead.capture_channel, "call")
        self.assertTrue(lead.source_id)
        self.assertEqual(lead.user_id, self.sam)
        self.assertEqual(lead.phone, "13911112222")
        self.assertIn("赵先生", lead.name)
        self.assertEqual(lead.lead_state, "working")
        self.assertTrue(lead.next_followup_at)
        followup = self.env["crm.followup"].browse(result["followup_id"])
        self.assertEqual(followup.state, "done")
        self.assertEqual(followup.method_id, self.phone)

    def test_known_callers(self):
        """A known caller gets a follow-up and no second lead. Covers: L01, L03."""
        customer = self._customer(self.sam)
        contact = self._contact(customer)
        result = self._note(
            self.sam, model="res.partner", id=contact.id, content="催货"
        )
        followup = self.env["crm.followup"].browse(result["followup_id"])
        self.assertEqual(followup.partner_id, customer)
        self.assertEqual(followup.contact_id, contact)
        lead = self._lead(self.sam)
        self._note(self.sam, model="crm.lead", id=lead.id, content="再谈价格")
        self.assertEqual(lead.lead_state, "working")

    def test_refusals(self):
        """Nothing to note, a caller out of sight, and nonsense are refused."""
        theirs = self._lead(self.xia)
        partner = self.env["res.partner"].create({"name": "供应商"})
        with self.assertRaises(AccessError):
            self._note(self.sam, model="crm.lead", id=theirs.id, content="x")
        with self.assertRaises(AccessError):
            self._note(self.employee, phone="13911112222", content="x")
        for values in (
            {},
            {"content": "x"},
            {"model": "res.users", "id": 1, "content": "x"},
            {"model": "res.partner", "id": partner.id, "content": "x"},
            {"model": "crm.lead", "id": "1", "content": "x"},
            {"phone": "139", "next_plan_at": "morgen"},
            {"model": "crm.lead", "id": self._lead(self.sam).id},
        ):
            with self.subTest(values=values), self.assertRaises(UserError):
                self._note(self.sam, **values)
        with self.assertRaises(UserError):
            self.env["crm.lead"].with_user(self.sam).crm_call_note("x")


@tagged("post_install", "-at_install")
class TestCallNoteScreen(HttpCase, LeadCase):
    """The telephone on top of every screen."""

    def test_tour(self):
        """A known caller and a new one, noted in the browser. Covers: L01."""
        self.sam.lang = "en_US"
        lead = self._lead(self.sam, contact_name="曾小贤", phone="13800138000")
        self.start_tour("/odoo/my-leads", "crm_leads_call_note", login="sam")
        self.assertEqual(lead.followup_ids.content, "问样机什么时候到")
        new = self.env["crm.lead"].search([("phone", "=", "13911112222")])
        self.assertEqual(new.contact_name, "新来电")
        self.assertEqual(new.capture_channel, "call")
        self.assertEqual(new.followup_ids.content, "想了解价格")
