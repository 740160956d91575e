from odoo import fields, models

POLICIES = [
    ("off", "Say Nothing"),
    ("warn", "Warn"),
    ("block", "Refuse"),
]


class ResCompany(models.Model):
    """How this company deals with customers that are entered twice."""

    _inherit = "res.company"

    crm_duplicate_certain = fields.Selection(
        POLICIES,
        "Certain Duplicates",
        required=True,
        default="block",
        help="One credit code, one registered name, or name and mobile number.",
    )
    crm_duplicate_likely = fields.Selection(
        POLICIES,
        "Likely Duplicates",
        required=True,
        default="warn",
        help="A similar name, or one phone or e-mail address.",
    )
    crm_duplicate_hourly = fields.Integer(
        "Duplicate Checks per Hour",
        default=120,
        help="Names, numbers and codes that a person may look up within one hour."
        " 0 means no limit.",
    )
    crm_registration_days = fields.Integer(
        "Protection of Registrations (days)",
        default=30,
        help="How long a registered customer is kept for whoever registered it, when"
        " the approver names no other time.",
    )

    _crm_duplicate_limits = models.Constraint(
        "CHECK (crm_duplicate_hourly >= 0 AND crm_registration_days > 0)",
        "The limit of checks cannot be negative, and protection takes at least a day.",
    )
