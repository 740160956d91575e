from odoo import api, fields, models


class CrmPool(models.Model):
    """How members protect their customers from returning to this pool."""

    _inherit = "crm.pool"

    lock_limit = fields.Integer(
        "Locked Customers per Member",
        tracking=True,
        help="Customers that a member may have locked at the same time. 0 means no"
        " limit.",
    )
    lock_days_max = fields.Integer(
        "Longest Lock (Days)",
        tracking=True,
        help="Days that a customer can be locked for at once. 0 means no limit.",
    )
    lock_expiry = fields.Selection(
        [
            ("free", "It returns by the rules again"),
            ("release", "It goes into this pool"),
        ],
        "When a Lock Ends",
        required=True,
        default="free",
        tracking=True,
    )

    _locks_positive = models.Constraint(
        "CHECK (lock_limit >= 0 AND lock_days_max >= 0)",
        "Limits of a pool cannot be negative. 0 means no limit.",
    )

    @api.model
    def _crm_lock_limits(self, user):
        """Return what holds for the locks of a person: the smallest limits.

        :param user: res.users record, the owner of the customers
        :return: tuple (customers locked at once, days of a lock), 0 for no limit
        """
        # sudo: the pools of a colleague
        pools = self.sudo().browse(user._crm_pool_ids("member"))
        return (
            min((pool.lock_limit for pool in pools if pool.lock_limit), default=0),
            min(
                (pool.lock_days_max for pool in pools if pool.lock_days_max), default=0
            ),
        )

    def _crm_pool_for(self, customer):
        """Return that of these pools which would take the customer in (crm.pool)."""
        fitting = self.filtered(
            lambda pool: (
                not pool.company_id
                or not customer.company_id
                or customer.company_id == pool.company_id
            )
        )
        return (fitting or self)[:1]
