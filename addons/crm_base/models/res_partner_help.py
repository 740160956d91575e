from odoo import fields, models


class ResPartner(models.Model):
    """What the fields of the customer form mean, for whoever points at them."""

    _inherit = "res.partner"

    customer_no = fields.Char(
        help="Given by the system when the customer is entered; unique in the company."
    )
    customer_type_id = fields.Many2one(
        help="What the customer is to you: an end customer, a dealer, a partner …"
    )
    customer_stage_id = fields.Many2one(
        help="How far you have come with this customer, from the first contact on."
    )
    customer_level_id = fields.Many2one(
        help="How important the customer is. Visits and protection can depend on it."
    )
    source_id = fields.Many2one(
        help="Where the customer came from. It tells which channels are worth while."
    )
    heat_level_id = fields.Many2one(
        help="How near the customer is to buying. It cools down on the day you set."
    )
    heat_reason = fields.Char(
        help="Why the customer is hot now; your manager reads it, too."
    )
    is_favorite = fields.Boolean(
        exportable=False,
        help="Your own mark. Nobody else sees it, and it changes no rights.",
    )
    decision_role_id = fields.Many2one(
        help="Who decides, who influences, who uses: the part this person has in a"
        " purchase."
    )
    birthday = fields.Date(
        help="By the solar calendar. You are reminded, and see it in the list of"
        " birthdays."
    )
    last_followup_at = fields.Datetime(
        help="The time of the last follow-up that was done, by whomever."
    )
    next_followup_at = fields.Datetime(
        help="The time of the earliest plan that is still open."
    )
    last_deal_at = fields.Datetime(
        help="The last order or contract; kept by the system."
    )
    district = fields.Char(help="District or county. Territories can depend on it.")
