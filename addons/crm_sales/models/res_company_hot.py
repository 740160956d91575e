from odoo import fields, models


class ResCompany(models.Model):
    """From when on a deal is a hot one in this company. 0 leaves a reason out."""

    _inherit = "res.company"

    crm_hot_days = fields.Integer(
        "Days around the Expected Closing",
        default=14,
        help="A deal is hot when it is expected to close within so many days, or should"
        " have closed not longer ago. 0: never for that reason.",
    )
    crm_hot_probability = fields.Integer(
        "Probability of Hot Deals (%)",
        default=80,
        help="A deal is hot from this probability on. 0: never for that reason.",
    )
    crm_hot_moved_days = fields.Integer(
        "Days after Moving Forward",
        default=7,
        help="A deal is hot for so many days after it moved to a later stage. 0: never"
        " for that reason.",
    )
    crm_hot_key_projects = fields.Boolean(
        "Key Projects Are Hot", default=True, help="As long as they are open."
    )

    _hot_numbers = models.Constraint(
        "CHECK (crm_hot_days BETWEEN 0 AND 366"
        " AND crm_hot_moved_days BETWEEN 0 AND 366"
        " AND crm_hot_probability BETWEEN 0 AND 100)",
        "Hot deals: days lie between 0 and 366, the probability between 0 and 100.",
    )
