from odoo import fields, models


class CrmFollowupCancel(models.TransientModel):
    """Asks why plans are cancelled."""

    _name = "crm.followup.cancel"
    _description = "Cancel Follow-ups"

    followup_ids = fields.Many2many(
        "crm.followup", string="Follow-ups", required=True, readonly=True
    )
    reason = fields.Char(required=True)

    def action_cancel(self):
        """Cancel the plans; return the action (dict) that closes the dialog."""
        self.ensure_one()
        self.followup_ids.action_cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
