from odoo import fields, models

OPEN_STEPS = ("waiting", "pending")


class CrmApprovalStep(models.Model):
    """One person who is asked to approve one document.

    Steps of one turn are asked at the same time; the lowest open turn is the one.
    """

    _name = "crm.approval.step"
    _description = "Approver"
    _inherit = ["crm.sealed.mixin"]
    _order = "approval_id, turn, id"
    _rec_name = "name"

    approval_id = fields.Many2one(
        "crm.approval", required=True, index=True, ondelete="restrict"
    )
    turn = fields.Float(required=True, digits=0)
    name = fields.Char("Approval Level", required=True)
    kind = fields.Selection(
        [
            ("level", "By the Rule"),
            ("forward", "Forwarded"),
            ("before", "Counter-Signs First"),
            ("after", "Counter-Signs Afterwards"),
        ],
        required=True,
        default="level",
    )
    mode = fields.Selection(
        [("any", "One of Them"), ("all", "All of Them")], required=True, default="any"
    )
    user_id = fields.Many2one(
        "res.users", "Approver", required=True, index=True, ondelete="restrict"
    )
    why = fields.Char(help="Why this person is asked.")
    hours = fields.Integer("Time Allowed (Hours)")
    escalate = fields.Boolean()
    state = fields.Selection(
        [
            ("waiting", "Not Yet"),
            ("pending", "To Be Approved"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("forwarded", "Forwarded"),
            ("skipped", "Not Needed"),
        ],
        required=True,
        default="waiting",
    )
    started_at = fields.Datetime("Asked On")
    deadline_at = fields.Datetime("Decide By")
    escalated_at = fields.Datetime("Escalated On")
    decided_at = fields.Datetime("Handled On")
    decided_by_id = fields.Many2one(
        "res.users", "Handled By", index="btree_not_null", ondelete="restrict"
    )
    note = fields.Text("Remark")

    _open_idx = models.Index(
        "(user_id, approval_id) WHERE state IN ('waiting', 'pending')"
    )
    _deadline_idx = models.Index(
        "(deadline_at) WHERE state = 'pending' AND escalated_at IS NULL"
    )

    def _crm_sealed_message(self):
        return self.env._("Approvers follow from the rules.")

    def write(self, vals):
        open_before = self.filtered(lambda step: step.state in OPEN_STEPS)
        before = {step: step.user_id for step in open_before}
        result = super().write(vals)
        if "user_id" in vals:
            # a hand-over names somebody else
            for step, user in before.items():
                step.approval_id._crm_log(
                    "handover", step, from_user=user, to_user=step.user_id
                )
            open_before.approval_id._crm_refresh()
        return result
