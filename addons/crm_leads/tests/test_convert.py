from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import LeadCase


@tagged("post_install", "-at_install")
class TestConvert(LeadCase):
    """A lead becomes a customer: one path, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lead = cls._lead(
            cls.sam,
            partner_name="苏州精工机械有限公司",
            contact_name="曾小贤",
            phone="13800138000",
            email_from="zeng@szjgjx.example.com",
            wechat="zengxx",
            city="苏州",
        )

    def test_new_customer(self):
        """Customer, contact and opportunity, with owner and ledger. Covers: L06."""
        (result,) = self.lead.with_user(self.sam).action_convert_to_customer()
        customer = self.env["res.partner"].browse(result["partner_id"])
        contact = self.env["res.partner"].browse(result["contact_id"])
        self.assertTrue(result["is_new_customer"])
        self.assertTrue(customer.is_crm_customer)
        self.assertEqual(customer.name, "苏州精工机械有限公司")
        self.assertEqual(customer.user_id, self.sam)
        self.assertEqual(customer.city, "苏州")
        self.assertEqual(customer.source_id, self.lead.source_id)
        self.assertTrue(customer.customer_no)
        self.assertEqual(contact.parent_id, customer)
        self.assertEqual(contact.mobile, "13800138000")
        self.assertEqual(contact.wechat, "zengxx")
        self.assertEqual(contact.user_id, self.sam)
        self.assertLedger(customer, [("convert", None, self.sam)])
        self.assertEqual(self._moves(customer).lead_id, self.lead)
        self.assertEqual(self.lead.type, "opportunity")
        self.assertEqual(self.lead.lead_state, "converted")
        self.assertEqual(self.lead.partner_id, contact)
        self.assertEqual(self.lead.converted_partner_id, customer)
        self.assertEqual(result["document_id"], self.lead.id)

    def test_once(self):
        """Called again, by anybody, it returns what came of the first time.

        Covers: L06.
        """
        first = self.lead.with_user(self.sam).action_convert_to_customer()
        again = self.lead.with_user(self.manager).action_convert_to_customer(
            document="", on_duplicate="link"
        )
        self.assertEqual(first, again)
        found = self.env["res.partner"].search(
            [("name", "=", "苏州精工机械有限公司"), ("is_crm_customer", "=", True)]
        )
        self.assertEqual(len(found), 1)

    def test_hands_over(self):
        """Follow-ups, messages, files and activities go to the customer.

        Covers: L06, L03.
        """
        done = self._lead_followup(self.sam, self.lead, done=True, content="已通话")
        plan = self._lead_followup(
            self.manager, self.lead, planned_at="2031-01-01 02:00:00"
        )
        self.lead.with_user(self.sam).message_post(body="要三台样机")
        self.env["ir.attachment"].with_user(self.sam).create(
            {
                "name": "图纸.pdf",
                "raw": b"x",
                "res_model": "crm.lead",
                "res_id": self.lead.id,
            }
        )
        self.lead.activity_schedule(
            "mail.mail_activity_data_todo", summary="寄样本", user_id=self.sam.id
        )
        (result,) = self.lead.with_user(self.sam).action_convert_to_customer(
            document=""
        )
        self.env.invalidate_all()
        customer = self.env["res.partner"].browse(result["partner_id"])
        self.assertEqual(self.lead.type, "lead")
        self.assertEqual(self.lead.lead_state, "converted")
        self.assertFalse(result["document_id"])
        self.assertEqual((done | plan).partner_id, customer)
        self.assertEqual((done | plan).lead_id, self.lead)
        self.assertEqual(customer.last_followup_at, done.done_at)
        self.assertEqual(customer.next_followup_at, plan.planned_at)
        self.assertIn("要三台样机", " ".join(customer.message_ids.mapped("body")))
        self.assertEqual(customer.activity_ids.summary, "寄样本")
        files = self.env["ir.attachment"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", customer.id)]
        )
        self.assertEqual(files.mapped("name"), ["图纸.pdf"])

    def test_somebody_elses(self):
        """A customer of a colleague is told as far as the team, never more.

        Covers: L06, B05.
        """
        self._customer(
            self.xia, "苏州精工机械有限公司", phone="0512-66668888", email="a@b.example"
        )
        with self.assertRaises(ValidationError) as caught:
            self.lead.with_user(self.sam).action_convert_to_customer()
        message = str(caught.exception)
        self.assertIn("South", message)
        for secret in ("66668888", "a@b.example", "Xia"):
            self.assertNotIn(secret, message)
        self.assertEqual(self.lead.lead_state, "new")
        self.assertFalse(self.lead.converted_at)

    def test_ask_to_join(self):
        """The dialog names the team and lets one ask, without the customer's name."""
        theirs = self._customer(self.xia, "苏州精工机械有限公司")
        wizard = (
            self.env["crm.lead.convert"]
            .with_user(self.sam)
            .create({"lead_id": self.lead.id})
        )
        match = wizard.match_ids
        self.assertEqual(match.verdict, "certain")
        self.assertFalse(match.is_visible)
        self.assertFalse(match.partner_id)
        self.assertTrue(wizard.is_blocked)
        self.assertIn("South", match.place)
        with self.assertRaises(AccessError):
            match.read(["met_partner_id"])
        match.action_ask_to_join()
        request = self.env["crm.join.request"].search(
            [("partner_id", "=", theirs.id), ("requester_id", "=", self.sam.id)]
        )
        self.assertEqual(request.state, "open")
        request.with_user(self.xia).action_accept("write")
        wizard = (
            self.env["crm.lead.convert"]
            .with_user(self.sam)
            .create({"lead_id": self.lead.id})
        )
        self.assertEqual(wizard.mode, "link")
        wizard.action_convert()
        self.assertEqual(self.lead.converted_partner_id, theirs)
        self.assertEqual(theirs.user_id, self.xia)
        self.assertEqual(theirs.child_ids.name, "曾小贤")

    def test_link(self):
        """One's own customer is linked, and gets the contact. Covers: L06."""
        mine = self._customer(self.sam, "苏州精工机械有限公司")
        with self.assertRaises(ValidationError):
            self.lead.with_user(self.sam).action_convert_to_customer()
        (result,) = self.lead.with_user(self.sam).action_convert_to_customer(
            on_duplicate="link"
        )
        self.assertEqual(result["partner_id"], mine.id)
        self.assertFalse(result["is_new_customer"])
        self.assertEqual(mine.child_ids.name, "曾小贤")
        other = self._lead(self.sam, contact_name="李四", phone="13900139000")
        (result,) = other.with_user(self.sam).action_convert_to_customer(mine.id)
        self.assertEqual(result["partner_id"], mine.id)
        self.assertEqual(other.phone, "13900139000")

    def test_hostile_arguments(self):
        """What makes no sense, or is out of sight, is refused."""
        lead = self.lead.with_user(self.sam)
        theirs = self._customer(self.xia, "宁波海联贸易有限公司")
        with self.assertRaises(AccessError):
            lead.action_convert_to_customer(theirs.id)
        for arguments in (
            {"document": "res.users"},
            {"document": None},
            {"on_duplicate": "overwrite"},
            {"partner_id": "1"},
            {"partner_id": 2**31 - 1},
        ):
            with self.subTest(arguments=arguments), self.assertRaises(UserError):
                lead.action_convert_to_customer(**arguments)
        with self.assertRaises(AccessError):
            self.lead.with_user(self.xia).action_convert_to_customer()
        with self.assertRaises(AccessError):
            self.lead.with_user(self.assistant).action_convert_to_customer()
        lead.action_close("other")
        with self.assertRaises(UserError):
            lead.action_convert_to_customer()

    def test_side_doors(self):
        """Odoo's own ways lead through the same path. Covers: L06."""
        lead = self.lead.with_user(self.sam)
        with self.assertRaises(UserError):
            lead.write({"type": "opportunity"})
        lead.convert_opportunity(None)
        self.assertEqual(lead.lead_state, "converted")
        self.assertTrue(lead.converted_partner_id.is_crm_customer)
        other = self._lead(self.sam, contact_name="李四").with_user(self.sam)
        wizard = (
            self.env["crm.lead2opportunity.partner"]
            .with_user(self.sam)
            .with_context(active_model="crm.lead", active_id=other.id)
            .with_context(active_ids=other.ids)
            .create({"lead_id": other.id, "name": "convert", "action": "create"})
        )
        wizard.action_apply()
        self.assertEqual(other.type, "opportunity")
        self.assertEqual(other.lead_state, "converted")
        self.assertEqual(other.converted_partner_id.name, "李四")

    def test_manager_for_the_owner(self):
        """A manager converts: the owner of the lead owns the customer. Covers: L06."""
        (result,) = self.lead.with_user(self.manager).action_convert_to_customer()
        customer = self.env["res.partner"].browse(result["partner_id"])
        self.assertEqual(customer.user_id, self.sam)

    def test_caps(self):
        """The hook for caps hears the door by which the customer comes. Covers: L06."""
        heard = []
        Partner = self.env.registry["res.partner"]

        reason = "full"

        def check(partners, user, kind):
            heard.append((user, kind))
            raise UserError(reason)

        self.patch(Partner, "_crm_check_owner_change", check)
        with self.assertRaises(UserError):
            self.lead.with_user(self.sam).action_convert_to_customer()
        self.assertEqual(heard, [(self.sam, "convert")])
        self.assertFalse(self.lead.converted_at)

    def test_duplicate_hint(self):
        """A lead says who it may be already, customers and leads of others too.

        Covers: L01, B05.
        """
        self._customer(self.xia, "苏州精工机械有限公司")
        self._lead(self.tom, phone="13800138000", contact_name="曾小贤")
        hint = self.lead.with_user(self.sam).duplicate_hint
        self.assertIn("South", hint)
        self.assertIn("North", hint)
        for secret in ("询价", "Xia", "Tom"):
            self.assertNotIn(secret, hint)
        mine = self._lead(self.sam, phone="13800138000", contact_name="曾小贤")
        self.env.invalidate_all()
        self.assertIn(mine.name, self.lead.with_user(self.sam).duplicate_hint)

    def test_odoos_own_hint(self):
        """Odoo counts similar leads of everybody; it names those in sight only."""
        # phones are compared in their international form
        self.env.company.country_id = self.env.ref("base.cn")
        self.lead.write({"country_id": self.env.ref("base.cn").id})
        self._lead(self.tom, phone="13800138000")
        mine = self._lead(self.sam, phone="13800138000")
        self.env.flush_all()
        self.env.invalidate_all()
        lead = self.lead.with_user(self.sam)
        self.assertEqual(lead.duplicate_lead_count, 2)
        self.assertEqual(lead.duplicate_lead_ids, lead | mine.with_user(self.sam))
