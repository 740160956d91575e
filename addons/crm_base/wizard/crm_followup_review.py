from odoo import fields, models


class CrmFollowupReview(models.TransientModel):
    """Takes a superior's comment on follow-ups."""

    _name = "crm.followup.review"
    _description = "Review Follow-ups"

    followup_ids = fields.Many2many(
        "crm.followup", string="Follow-ups", required=True, readonly=True
    )
    review = fields.Text("Comment", required=True)

    def action_review(self):
        """Store the comment; return the action (dict) that closes the dialog."""
        self.ensure_one()
        self.followup_ids.action_review(self.review)
        return {"type": "ir.actions.act_window_close"}
