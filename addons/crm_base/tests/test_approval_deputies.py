from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .approval_case import ApprovalCase

CRON = "crm_base.ir_cron_approval_watch"


@tagged("post_install", "-at_install")
class TestApprovalDeputies(ApprovalCase):
    """Somebody is away, late, or has left: approvals go on."""

    def _delegate(self, user, delegate, days=3):
        today = fields.Date.today()
        return (
            self.env["crm.approval.delegation"]
            .with_user(user)
            .create(
                {
                    "user_id": user.id,
                    "delegate_id": delegate.id,
                    "date_from": today - timedelta(days=1),
                    "date_to": today + timedelta(days=days),
                }
            )
        )

    def test_delegation(self):
        """A delegate decides in somebody's place; the history says so. Covers: S13."""
        request = self._submitted()
        delegation = self._delegate(self.manager, self.employee)
        self.assertWaits(request, self.manager | self.employee)
        # the delegate has no role in the suite, and sees this one alone
        self.assertSees(self.employee, request.approval_id)
        self._as(self.employee, request).action_approve()
        log = request.approval_id.log_ids[1]
        self.assertEqual((log.user_name, log.from_name), ("Ed", "Mia"))
        step = request.approval_id.step_ids
        self.assertEqual(step.decided_by_id, self.employee)
        other = self._submitted()
        self.assertWaits(other, self.manager | self.employee)
        delegation.unlink()
        self.assertWaits(other, self.manager)
        with self.assertRaises(AccessError):
            self._as(self.employee, other).action_approve()
        self.assertWhole()

    def test_delegation_never_to_whoever_submits(self):
        """A delegate decides on nothing of their own."""
        self._delegate(self.manager, self.sam)
        request = self._submitted()
        self.assertWaits(request, self.manager)

    def test_delegations_are_ones_own(self):
        """Nobody takes over the approvals of a colleague by himself."""
        values = {"user_id": self.manager.id, "delegate_id": self.sam.id}
        Delegation = self.env["crm.approval.delegation"]
        for user in (self.sam, self.other_manager, self.employee):
            with self.assertRaises(AccessError):
                Delegation.with_user(user).create(values)
        Delegation.with_user(self.director).create(values)
        with self.assertRaises(ValidationError):
            Delegation.with_user(self.manager).create(
                {**values, "delegate_id": self.portal.id}
            )

    def test_absence(self):
        """During an absence the substitute decides, without one the next above."""
        request = self._submitted()
        # the day is the absent one's, whatever the clock of the server says
        self.manager.tz = "Pacific/Kiritimati"
        today = fields.Date.context_today(self.manager.with_context(tz=self.manager.tz))
        absence = (
            self.env["crm.absence"]
            .with_user(self.director)
            .create(
                {
                    "user_id": self.manager.id,
                    "date_from": today,
                    "date_to": today,
                    "substitute_id": self.other_manager.id,
                }
            )
        )
        self.assertEqual(absence.state, "confirmed")
        self.assertWaits(request, self.manager | self.other_manager)
        absence.action_cancel()
        self.assertWaits(request, self.manager)
        absence.copy({"substitute_id": False})
        self.assertWaits(request, self.manager | self.director)
        self.assertWhole()

    def test_deadline(self):
        """After the deadline the superior decides as well; told once. Covers: S13."""
        self._rule({"approver": "superior", "hours": 4})
        request = self._submitted()
        approval = request.approval_id
        self.assertEqual(
            approval.deadline_at, approval.submitted_at + timedelta(hours=4)
        )
        with freeze_time(approval.deadline_at + timedelta(minutes=1)):
            self._run_cron(CRON)
            self.assertWaits(request, self.manager | self.director)
            self.assertTrue(approval.is_overdue)
            self._run_cron(CRON)
        self.assertKinds(request, ["submit", "escalate"])
        notices = self.env["mail.message"].search(
            [("model", "=", "crm.approval"), ("res_id", "=", approval.id)]
        )
        self.assertEqual(
            len(
                notices.filtered(
                    lambda m: self.director.partner_id in m.notified_partner_ids
                )
            ),
            1,
        )
        self._as(self.director, request).action_approve()
        self.assertEqual(approval.log_ids[2].from_name, "Mia")
        self.assertWhole()

    def test_deadline_in_working_days(self):
        """Whole days are working days of the company."""
        self._rule({"approver": "superior", "hours": 24})
        with freeze_time("2026-03-06 02:00:00"):
            request = self._submitted()
        self.assertEqual(
            str(request.approval_id.deadline_at), "2026-03-09 02:00:00", "a Friday"
        )

    def test_reminder(self):
        """Approvers are reminded before their time is over. Covers: B21."""
        self._rule({"approver": "superior", "hours": 4})
        request = self._submitted()
        soon = request.approval_id.deadline_at - timedelta(hours=2)
        self.env["crm.reminder"]._crm_collect(soon)
        reminder = self.env["crm.reminder"].search(
            [
                ("res_model", "=", "crm.approval"),
                ("res_id", "=", request.approval_id.id),
            ]
        )
        self.assertEqual(reminder.user_id, self.manager)

    def test_hand_over(self):
        """What waits for a leaver goes to the successor, and is in the history."""
        request = self._submitted()
        step = request.approval_id.step_ids
        self.assertIn(
            ("crm.approval.step", "user_id"),
            [(f["model"], f["field"]) for f in self.manager._crm_desk_findings()],
        )
        handover = (
            self.env["crm.handover"]
            .with_user(self.director)
            .create(
                {
                    "user_id": self.manager.id,
                    "successor_id": self.other_manager.id,
                    "reason": "离职",
                }
            )
        )
        handover.action_start()
        self.assertFalse(self.manager._crm_desk_findings())
        self.assertEqual(step.user_id, self.other_manager)
        self.assertWaits(request, self.other_manager)
        self.assertKinds(request, ["submit", "handover"])
        self.assertWhole()

    def test_document_handed_over(self):
        """A document goes on with its new owner, who does not approve it."""
        request = self._submitted()
        handover = (
            self.env["crm.handover"]
            .with_user(self.director)
            .create(
                {
                    "user_id": self.sam.id,
                    "successor_id": self.manager.id,
                    "reason": "离职",
                }
            )
        )
        handover.action_start()
        self.assertEqual(request.user_id, self.manager)
        with self.assertRaises(AccessError):
            self._as(self.manager, request).action_approve()
        self._run_cron(CRON)
        self._as(self.boss, request).action_approve()
        self.assertEqual(request.approval_state, "approved")
        self.assertWhole()

    def test_left_without_a_hand_over(self):
        """When an approver's account is closed the next one above decides."""
        request = self._submitted()
        self.manager.active = False
        self._run_cron(CRON)
        self.assertIn(self.director, request.approval_id.waiting_user_ids)
        self._as(self.director, request).action_approve()
        self.assertEqual(request.approval_state, "approved")
