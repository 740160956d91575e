"""Guided first steps, hints, tips at the fields."""

from lxml import etree

from odoo.tests import tagged

from .common import CrmCase
from .test_ui import UiCase

FORMS = (
    "crm_base.res_partner_view_form",
    "crm_base.res_partner_view_form_contact",
    "crm_base.crm_followup_view_form",
    "crm_base.crm_followup_view_form_quick",
)
# what everybody knows, or what the place of the field on the form says
KNOWN = frozenset(
    """cancel_reason category_id child_ids city comment company_registry company_type
    contact_id content country_id create_date create_uid done_at email followup_count
    followup_ids function honorific_id image_1920 industry_id method_id mobile name
    next_plan_subject owner_move_ids owner_since parent_id partner_id partner_latitude
    partner_longitude phone phone_other qq ref review reviewed_at reviewer_id share_ids
    state_id street street2 territory_manager_id website wechat zip""".split()
)


@tagged("post_install", "-at_install")
class TestHelp(CrmCase):
    def test_fields(self):
        """Every field that does not speak for itself has a tip. Covers: B28."""
        for xml_id in FORMS:
            view = self.env.ref(xml_id)
            model = self.env[view.model].with_user(self.boss)
            form = etree.fromstring(model.get_view(view.id, "form")["arch"])
            fields = model.fields_get(attributes=["help", "string"])
            for node in form.iter("field"):
                name = node.get("name")
                if node.get("invisible") in ("1", "True") or name in KNOWN:
                    continue
                if any(above.tag == "field" for above in node.iterancestors()):
                    continue
                if name not in fields:
                    continue
                text = node.get("help") or fields[name].get("help")
                self.assertTrue(text, f"{xml_id}: {name} has no help")

    def test_hints_by_role(self):
        """An empty list tells each role what to do first. Covers: B28."""
        action = self.env.ref("crm_base.res_partner_my_customer_action")
        hints = {
            user: action.with_user(user)._get_action_dict()["help"]
            for user in (self.sam, self.assistant, self.manager, self.boss)
        }
        self.assertEqual(len(set(hints.values())), 4)
        self.assertIn("Guided First Steps", hints[self.sam])
        self.assertIn("Transfer", hints[self.manager])
        # the menu as it is called
        menu = self.env.ref("crm_base.crm_team_menu")
        self.assertIn(f"Configuration → {menu.name}", hints[self.boss])
        # other lists of partners keep their own
        other = self.env["res.partner"].with_user(self.sam).get_empty_list_help("x")
        self.assertNotIn("Guided", other or "")

    def test_tour_ends(self):
        """After our tour nobody is led on through others. Covers: B28."""
        tours = self.env["web_tour.tour"].with_user(self.sam)
        self.env["res.users"].with_user(self.sam).switch_tour_enabled(True)
        self.assertTrue(tours.get_current_tour())
        self.assertFalse(tours.consume("crm_base_first_steps"))
        self.assertFalse(tours.get_current_tour())
        tour = self.env.ref("crm_base.web_tour_first_steps")
        self.assertIn(self.sam, tour.user_consumed_ids)


@tagged("post_install", "-at_install")
class TestFirstSteps(UiCase):
    browser_size = "1400x900"

    def test_desk(self):
        """The guided first steps, on a desk. Covers: B28."""
        self.start_tour("/odoo/my-customers", "crm_base_first_steps", login="sam")
        customer = self.env["res.partner"].search([("name", "=", "第一步客户有限公司")])
        self.assertEqual(customer.user_id, self.sam)
        self.assertEqual(len(customer.followup_ids), 1)


@tagged("post_install", "-at_install")
class TestFirstStepsPhone(UiCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_phone(self):
        """The guided first steps, on a phone. Covers: B26, B28."""
        self.start_tour("/odoo/my-customers", "crm_base_first_steps", login="sam")
        customer = self.env["res.partner"].search([("name", "=", "第一步客户有限公司")])
        self.assertEqual(len(customer.followup_ids), 1)
