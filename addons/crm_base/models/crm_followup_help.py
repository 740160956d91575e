from odoo import fields, models


class CrmFollowup(models.Model):
    """What the fields of the follow-up form mean, for whoever points at them."""

    _inherit = "crm.followup"

    template_id = fields.Many2one(
        help="Fills in subject and content, which you may change then."
    )
    planned_at = fields.Datetime(
        help="When you want to do it. You are reminded, and it is in your calendar."
    )
    outcome_id = fields.Many2one(
        help="What came of it. Statistics and next steps are built on it."
    )
    satisfaction = fields.Selection(
        help="How content the customer was, from one star to five."
    )
    state = fields.Selection(
        help="Planned, then done or cancelled. What is done keeps its time."
    )
    checkin_at = fields.Datetime(
        help="Stamped by the system at the customer's place; nobody can enter it."
    )
    checkin_accuracy = fields.Float(
        help="The phone may be that far from the place it reported."
    )
    user_id = fields.Many2one(
        help="Who does it. Whoever plans it for others may say so."
    )
