from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_base.tools.arguments import as_text

KINDS = [
    ("sign", "Note the Signing"),
    ("change", "Change"),
    ("done", "Complete"),
    ("terminate", "Terminate"),
    ("cancel", "Cancel"),
]


class CrmContractStep(models.TransientModel):
    """Asks for what a step of a contract needs: a reason, a date, the signed copy."""

    _name = "crm.contract.step"
    _description = "Step of a Contract"
    _inherit = ["crm.wizard.mixin"]

    contract_id = fields.Many2one(
        "crm.contract", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, "Step", required=True, readonly=True)
    reason = fields.Char()
    date = fields.Date(default=fields.Date.context_today)
    file = fields.Binary("Signed Copy", attachment=False)
    file_name = fields.Char()
    needs_reason = fields.Boolean(compute="_compute_needs_reason")

    @api.depends("kind", "contract_id")
    def _compute_needs_reason(self):
        for step in self:
            open_plans = step.contract_id.delivery_plan_ids.filtered(
                lambda plan: plan.progress != "done"
            )
            step.needs_reason = step.kind in (
                "change",
                "terminate",
                "cancel",
            ) or (step.kind == "done" and bool(open_plans))

    def action_confirm(self):
        """Do the step; return the action (dict) that follows it.

        :raise AccessError: it is not this user's step
        :raise UserError: it is not possible now
        """
        self.ensure_one()
        contract, reason = self.contract_id, as_text(self.reason)
        if self.needs_reason and not reason:
            raise UserError(self.env._("Give a reason."))
        if self.kind == "change":
            return contract.action_change(reason)
        if self.kind == "sign":
            content = None
            if self.file:
                content = contract._crm_uploaded(self.file, self.file_name)
            contract.action_sign(self.date)
            if content:
                contract._crm_archive("signed", *content)
        elif self.kind == "terminate":
            contract.action_terminate(reason, self.date)
        elif self.kind == "done":
            contract.action_done(reason)
        elif self.kind == "cancel":
            contract.action_cancel(reason)
        return {"type": "ir.actions.act_window_close"}
