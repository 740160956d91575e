from odoo import api, fields, models


class CrmApproval(models.Model):
    """What happens when nobody decides in time."""

    _inherit = "crm.approval"

    @api.model
    def _cron_watch(self):
        """Escalate what is late, and reckon anew who stands in for whom today."""
        late = self._crm_late_steps()
        approvals = self.search([("state", "=", "pending")], order="id")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(approvals))
        for approval in approvals:
            approval = approval.try_lock_for_update()
            if approval.state == "pending":
                approval._crm_watch(late & approval.step_ids)
            if not cron._commit_progress(1):
                break

    @api.model
    def _crm_late_steps(self):
        return self.env["crm.approval.step"].search(
            [
                ("state", "=", "pending"),
                ("escalated_at", "=", False),
                ("escalate", "=", True),
                ("deadline_at", "<=", fields.Datetime.now()),
            ]
        )

    def _crm_watch(self, late):
        """Let superiors decide as well on steps that are late."""
        for step in late.filtered(lambda step: step.state == "pending"):
            step._crm_workflow().write({"escalated_at": fields.Datetime.now()})
            above = self._crm_deciders(step) - step.user_id
            self._crm_log("escalate", step, from_user=step.user_id, to_user=above)
        self._crm_tell_new(self._crm_refresh())
