"""The screens in a real browser, on a desk and on a phone."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common import CrmCase
from .unit_case import UnitCase


class UiCase(CrmCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # a Chinese salesperson, whatever language the database was made in
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.everybody.lang = "zh_CN"


@tagged("post_install", "-at_install")
class TestDesk(UiCase):
    browser_size = "1400x900"

    def test_main_job(self):
        """Customer, contact, follow-up, search, plan. Covers: B05, B06, B07, B09, B10,
        B14."""
        self.start_tour("/odoo/my-customers", "crm_base_main_job", login="sam")
        customer = self.env["res.partner"].search([("name", "=", "中国石油天然气集团")])
        self.assertEqual(customer.user_id, self.sam)
        self.assertTrue(customer.customer_no)
        self.assertEqual(customer.child_ids.name, "单雄信")
        self.assertFalse(customer.child_ids.is_crm_customer)
        done = customer.followup_ids.filtered(lambda followup: followup.state == "done")
        self.assertEqual(done.name, "电话沟通，客户下周三到厂看样")
        self.assertTrue(done.is_effective)
        plan = customer.followup_ids - done
        self.assertEqual(plan.name, "上门送样")
        self.assertTrue(plan.is_visit)
        self.assertTrue(plan.planned_at)


@tagged("post_install", "-at_install")
class TestPhone(UiCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_visit(self):
        """A visit with check-in at 390 px. Covers: B10, B26."""
        customer = self._customer(
            self.sam, partner_latitude=39.9001, partner_longitude=116.4001
        )
        visit = self._followup(
            self.sam,
            customer,
            name="上门送样",
            method_id=self.visit.id,
            planned_at=fields.Datetime.now() - timedelta(minutes=5),
        )
        self.start_tour("/odoo/followups-today", "crm_base_phone", login="sam")
        self.assertTrue(visit.checkin_at)
        self.assertEqual(visit.checkin_accuracy, 12)
        self.assertLess(visit.checkin_distance, 50)
        self.assertEqual(visit.state, "done")
        self.assertTrue(visit.is_effective)

    def test_overview(self):
        """The 360° page from its address, at 390 px. Covers: B14, B26."""
        customer = self._customer(self.sam, phone="010-59984114")
        self.start_tour(
            f"/odoo/{customer.id}/customer-overview",
            "crm_base_phone_overview",
            login="sam",
        )


# what stands in static/tests of this addon
SUITES = (
    "@crm_base/checkin",
    "@crm_base/customer_overview",
    "@crm_base/fields",
    "@crm_base/import_file",
    "@crm_base/reminder",
    "@crm_base/team_board",
)


@tagged("post_install", "-at_install")
class TestUnitsDesk(UnitCase):
    def test_units(self):
        """Check-in, 360° page, reminders, fields, board. Covers: B10, B11, B14, S23."""
        self._run_suites("desktop", *SUITES)


@tagged("post_install", "-at_install")
class TestUnitsPhone(UnitCase):
    browser_size = "390x844"
    touch_enabled = True

    def test_units(self):
        """The same on a phone. Covers: B10, B14, B26."""
        self._run_suites("mobile", *SUITES)
