from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    crm_effective_min_length = fields.Integer(
        "Minimum Length of an Effective Follow-up",
        default=10,
        help="Characters of content, blanks not counted. 0 means no minimum.",
    )
    crm_effective_copy_depth = fields.Integer(
        "Follow-ups Compared for Copies",
        default=3,
        help="Content equal to one of this many last follow-ups of the same person does"
        " not count as effective. 0 switches the check off.",
    )
    crm_effective_bulk_limit = fields.Integer(
        "Follow-ups Finished per Minute",
        default=5,
        help="What a person finishes beyond this number within one minute does not"
        " count as effective. 0 means no limit.",
    )
    crm_checkin_max_distance = fields.Integer(
        "Check-in Distance (m)",
        default=500,
        help="Check-ins farther from the customer's address are marked. 0 switches the"
        " mark off.",
    )

    _crm_effective_limits = models.Constraint(
        "CHECK (crm_effective_min_length >= 0 AND crm_effective_copy_depth >= 0"
        " AND crm_effective_bulk_limit >= 0 AND crm_checkin_max_distance >= 0)",
        "Limits of follow-ups and check-ins cannot be negative.",
    )
