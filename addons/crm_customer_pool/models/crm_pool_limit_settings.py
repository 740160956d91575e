from odoo import fields, models


class CrmPool(models.Model):
    """Finer limits: by week, by level, for newcomers, for a former owner's team."""

    _inherit = "crm.pool"

    claim_per_week = fields.Integer(
        "Claims per Week",
        tracking=True,
        help="Customers a member may claim from this pool from Monday to Sunday,"
        " besides the limit per day. 0 means no limit.",
    )
    newcomer_days = fields.Integer(
        "Newcomer for (Days)",
        tracking=True,
        help="For so many days after the account was made, a member has the limit per"
        " day of newcomers. 0 means that nobody is a newcomer.",
    )
    newcomer_claim_per_day = fields.Integer(
        "Claims per Day of Newcomers",
        tracking=True,
        help="Replaces the claims per day in the first days, so that new staff can fill"
        " their desk. 0 means no limit.",
    )
    exclude_previous_owner_team = fields.Boolean(
        "Exclude Their Teams as Well",
        tracking=True,
        help="Who is in a team with a former owner does not get the customer back"
        " either, for the same number of days.",
    )
    level_limit_ids = fields.One2many(
        "crm.pool.level.limit",
        "pool_id",
        "Customers per Member and Level",
        help="Customers of a level that a member may own at the same time, besides the"
        " limit of all customers.",
    )

    _finer_limits_positive = models.Constraint(
        "CHECK (claim_per_week >= 0 AND newcomer_days >= 0"
        " AND newcomer_claim_per_day >= 0)",
        "Limits of a pool cannot be negative. 0 means no limit.",
    )
