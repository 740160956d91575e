from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.crm_base.tests.common import CrmCase


@tagged("post_install", "-at_install")
class TestConsultant(CrmCase):
    """What a consultant adds in an addon of their own holds together with the suite."""

    def test_views(self):
        """The form, the list and the follow-ups show what was added.

        Covers: B22.
        """
        for model, view, name in (
            ("res.partner", "crm_base.res_partner_view_form", "machine_count"),
            ("res.partner", "crm_base.res_partner_view_list", "machine_count"),
            ("crm.followup", "crm_base.crm_followup_view_list", "checkin_at"),
        ):
            arch = self.env[model].with_user(self.sam).get_view(self.env.ref(view).id)
            found = etree.fromstring(arch["arch"]).xpath(f"//field[@name='{name}']")
            self.assertTrue(found, view)
        customer = self._customer(self.sam)
        customer.with_user(self.sam).machine_count = 3
        self.assertFalse(
            self.env["res.partner"]
            .with_user(self.xia)
            .search([("machine_count", "=", 3)]),
            "a field of a consultant obeys the scope",
        )

    def test_workflow(self):
        """A visit without a check-in is not finished where the company wants one.

        Covers: B22.
        """
        customer = self._customer(self.sam)
        plan = self._followup(
            self.sam,
            customer,
            method_id=self.visit.id,
            planned_at="2031-01-01 01:00:00",
        ).with_user(self.sam)
        self.company.visit_needs_checkin = True
        with self.assertRaises(UserError):
            plan.action_done()
        plan.action_checkin(31.2, 121.4, 20)
        plan.action_done()
        self.assertEqual(plan.state, "done")
        call = self._followup(self.sam, customer, planned_at="2031-01-01 01:00:00")
        call.with_user(self.sam).action_done()
        self.company.visit_needs_checkin = False
        other = self._followup(
            self.sam,
            customer,
            method_id=self.visit.id,
            planned_at="2031-01-01 01:00:00",
        )
        other.with_user(self.sam).action_done()
        self.assertEqual((call.state, other.state), ("done", "done"))
