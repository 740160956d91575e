from odoo import fields, models


class CrmRegistrationDecision(models.TransientModel):
    """Decides on a registration, with a reason."""

    _name = "crm.registration.decision"
    _description = "Decision on a Registration"

    registration_id = fields.Many2one("crm.registration", required=True)
    conflict = fields.Text(related="registration_id.conflict")
    days = fields.Integer("Protection (days)")
    reason = fields.Text()

    def action_approve(self):
        """Protect the customer; return the action (dict) that closes the dialog."""
        self.ensure_one()
        self.registration_id.action_approve(self.reason or "", self.days)
        return {"type": "ir.actions.act_window_close"}

    def action_refuse(self):
        """Refuse the registration; return the action (dict) that closes the dialog."""
        self.ensure_one()
        self.registration_id.action_refuse(self.reason or "")
        return {"type": "ir.actions.act_window_close"}
