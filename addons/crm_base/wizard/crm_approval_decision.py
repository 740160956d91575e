from odoo import fields, models


class CrmApprovalDecision(models.TransientModel):
    """Asks why something is rejected, or who decides as well."""

    _name = "crm.approval.decision"
    _description = "Decision on an Approval"

    approval_id = fields.Many2one("crm.approval", required=True, readonly=True)
    kind = fields.Selection(
        [
            ("reject", "Reject"),
            ("forward", "Forward"),
            ("countersign", "Counter-Signature"),
        ],
        required=True,
        default="reject",
    )
    when = fields.Selection(
        [
            ("before", "They sign first, then I decide"),
            ("after", "I approve, then they sign"),
        ],
        required=True,
        default="before",
    )
    user_id = fields.Many2one(
        "res.users", "Colleague", domain="[('share', '=', False)]"
    )
    user_ids = fields.Many2many(
        "res.users", string="Colleagues", domain="[('share', '=', False)]"
    )
    needs_reason = fields.Boolean(related="approval_id.needs_reason")
    note = fields.Text("Remark")

    def action_apply(self):
        """Do it; return the action (dict) that closes the dialog."""
        self.ensure_one()
        approval = self.approval_id
        if self.kind == "reject":
            approval.action_reject(self.note or "")
        elif self.kind == "forward":
            approval.action_forward(self.user_id.id, self.note or "")
        else:
            approval.action_countersign(self.user_ids.ids, self.when, self.note or "")
        return {"type": "ir.actions.act_window_close"}
