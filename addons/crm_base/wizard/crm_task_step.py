from odoo import fields, models


class CrmTaskStep(models.TransientModel):
    """Asks for the reason of what is done with tasks, and who takes over."""

    _name = "crm.task.step"
    _description = "Task Step"

    task_ids = fields.Many2many(
        "crm.task", string="Tasks", required=True, readonly=True
    )
    kind = fields.Selection(
        [("return", "Send Back"), ("cancel", "Cancel"), ("handover", "Hand Over")],
        required=True,
        default="handover",
    )
    user_id = fields.Many2one("res.users", "Colleague", domain=[("share", "=", False)])
    reason = fields.Char(required=True)

    def action_apply(self):
        """Do it; return the action (dict) that closes the dialog."""
        self.ensure_one()
        if self.kind == "return":
            self.task_ids.action_return(self.reason)
        elif self.kind == "cancel":
            self.task_ids.action_cancel(self.reason)
        else:
            self.task_ids.action_hand_over(self.user_id.id, self.reason)
        return {"type": "ir.actions.act_window_close"}
