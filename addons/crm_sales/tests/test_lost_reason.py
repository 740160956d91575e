from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestLostReason(SaleCase, HttpCase):
    """An opportunity is lost for a reason, whoever says so and by whatever door."""

    def _doors(self, lead):
        """Return what loses an opportunity without saying why."""
        return {
            "method": lead.action_set_lost,
            "empty": lambda: lead.action_set_lost(lost_reason_id=False),
            "none": lambda: lead.action_set_lost(lost_reason_id="x"),
            "write": lambda: lead.write({"active": False, "probability": 0}),
            "later": lambda: (lead.action_archive(), lead.write({"probability": 0})),
        }

    def test_doors(self):
        """Each door asks why, and changes nothing without an answer. Covers: S08."""
        lead = self._opportunity(partner_id=self._customer(self.sam).id)
        for user in (self.sam, self.manager):
            for name, door in self._doors(lead.with_user(user)).items():
                with self.subTest(door=name, user=user.login):
                    with self.assertRaises(UserError), self.env.cr.savepoint():
                        door()
                    lead.invalidate_recordset()
                    self.assertEqual(lead.won_status, "pending")
                    self.assertTrue(lead.active)
        with self.assertRaises(AccessError):
            lead.with_user(self.xia).action_set_lost()
        mine = lead.with_user(self.sam)
        mine.action_set_lost(lost_reason_id=self._lost_reason())
        self.assertEqual(lead.won_status, "lost")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            mine.lost_reason_id = False
        # in other hands it stays lost, and open again it needs none
        mine.action_restore()
        self.assertFalse(lead.lost_reason_id)

    def test_without_a_chance(self):
        """What has no chance is lost as soon as it is archived. Covers: S08."""
        lead = self._opportunity(probability=0).with_user(self.sam)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            lead.action_archive()
        lead.action_set_lost(lost_reason_id=self._lost_reason())
        self.assertEqual(lead.won_status, "lost")
        self.assertEqual(self._history(lead)[-1][0], "lost")

    def test_company_does_without(self):
        """A company may let its people do without; leads and the system never ask.

        Covers: S08.
        """
        self._opportunity(name="系统").action_set_lost()
        self.company.crm_lost_without_reason = True
        lead = self._opportunity().with_user(self.sam)
        lead.action_set_lost()
        self.assertEqual(lead.won_status, "lost")
        second = self._opportunity(name="对话框").with_user(self.sam)
        wizard = second.env["crm.lead.lost"].create({"lead_ids": second.ids})
        self.assertFalse(wizard.needs_reason)
        wizard.action_lost_reason_apply()
        self.assertEqual(second.won_status, "lost")

    def test_old_ones_change_hands(self):
        """What was lost before anybody asked goes on as it is. Covers: S08."""
        lead = self._opportunity()
        lead.action_set_lost()
        lead.with_user(self.manager).user_id = self.sue
        self.assertEqual(lead.won_status, "lost")

    def test_link_in_an_email(self):
        """The button of an e-mail opens the form, which asks. Covers: S08."""
        leads = {}
        for is_free in (False, True):
            self.company.crm_lost_without_reason = is_free
            lead = leads[is_free] = self._opportunity(company_id=self.company.id)
            self.authenticate("sam", "sam")
            url = lead.with_user(self.sam)._notify_get_action_link(
                "controller", controller="/lead/case_mark_lost"
            )
            answer = self.url_open(url, allow_redirects=False)
            self.assertEqual(answer.status_code, 303)
        self.assertEqual(leads[False].won_status, "pending")
        self.assertEqual(leads[True].won_status, "lost")
