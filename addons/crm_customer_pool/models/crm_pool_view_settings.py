from odoo import fields, models


class CrmPool(models.Model):
    """Who may look at the contact details of what is in this pool, and how often."""

    _inherit = "crm.pool"

    view_allowed = fields.Selection(
        [
            ("nobody", "Nobody"),
            ("admins", "Administrators of the pool"),
            ("members", "Members and administrators"),
        ],
        "May See Contact Details",
        required=True,
        default="nobody",
        tracking=True,
        help="Of what nobody has claimed yet. Each look is counted and logged.",
    )
    view_per_day = fields.Integer(
        "Looks per Day",
        default=10,
        tracking=True,
        help="How many one person may look at in one day; who looks again is not"
        " counted again. 0 means no limit.",
    )

    _views_positive = models.Constraint(
        "CHECK (view_per_day >= 0)",
        "Limits of a pool cannot be negative. 0 means no limit.",
    )

    def _crm_may_view(self, user):
        """Return whether ``user`` may see contact details of this pool (bool)."""
        # sudo: what a pool allows is for those to know who ask
        allowed = self.sudo().view_allowed
        if allowed == "nobody":
            return False
        if user._crm_is_boss() or self.id in user._crm_pool_ids("admin"):
            return True
        return allowed == "members" and self.id in user._crm_pool_ids("member")
