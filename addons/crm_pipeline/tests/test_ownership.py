from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import LeadCase


@tagged("post_install", "-at_install")
class TestOwnership(LeadCase):
    """Who has a lead, and who had it."""

    def _story(self, lead):
        return [
            (move.kind, move.from_user_id, move.to_user_id)
            for move in self._lead_moves(lead)
        ]

    def test_ledger(self):
        """Creation and every change of owner are in the ledger. Covers: L03, B03."""
        nobody = self.env["res.users"]
        lead = self._lead(self.sam)
        lead.with_user(self.sam).write({"user_id": self.xia.id, "priority": "2"})
        self.assertEqual(lead.user_id, self.xia)
        self.assertEqual(lead.priority, "2")
        result = lead.with_user(self.other_manager).action_transfer(
            self.tom.id, "熟悉机床"
        )
        self.assertEqual(result["moved"], 1)
        self.assertEqual(
            self._story(lead),
            [
                ("create", nobody, self.sam),
                ("transfer", self.sam, self.xia),
                ("transfer", self.xia, self.tom),
            ],
        )
        last = self._lead_moves(lead)[-1]
        self.assertEqual(last.reason, "熟悉机床")
        self.assertEqual(last.actor_id, self.other_manager)

    def test_refusals(self):
        """Only who may change a lead gives it away, and only to people with a role."""
        lead = self._lead(self.sam)
        with self.assertRaises(AccessError):
            lead.with_user(self.xia).action_transfer(self.xia.id)
        with self.assertRaises(AccessError):
            lead.with_user(self.xia).write({"user_id": self.xia.id})
        with self.assertRaises(UserError):
            lead.with_user(self.sam).action_transfer(self.employee.id)
        with self.assertRaises(UserError):
            lead.with_user(self.sam).write({"user_id": self.employee.id})
        with self.assertRaises(UserError):
            lead.with_user(self.sam).action_transfer(0)

    def test_plans_go_along(self):
        """What the former owner planned goes to the new one. Covers: B03."""
        lead = self._lead(self.sam)
        call, other = (
            lead.with_user(self.boss).activity_schedule(
                "mail.mail_activity_data_call", user_id=user.id
            )
            for user in (self.sam, self.manager)
        )
        plan = self._lead_followup(self.sam, lead, planned_at="2031-01-01 02:00:00")
        done = self._lead_followup(self.sam, lead, done=True)
        lead.with_user(self.manager).action_transfer(self.tom.id)
        self.assertEqual(plan.user_id, self.tom)
        self.assertEqual(done.user_id, self.sam)
        self.assertEqual(call.user_id, self.tom)
        self.assertEqual(other.user_id, self.manager)

    def test_handover(self):
        """Whoever leaves hands over open leads; converted and closed ones stay."""
        lead = self._lead(self.sam)
        self.sam.with_user(self.boss)._crm_handover(self.sue)
        self.assertEqual(lead.user_id, self.sue)
