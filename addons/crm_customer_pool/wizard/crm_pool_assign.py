from odoo import api, fields, models

from ..models.crm_pool_batch_queue import QUEUE_FROM


class CrmPoolAssign(models.TransientModel):
    """Asks to whom pooled customers go."""

    _name = "crm.pool.assign"
    _description = "Assign Pooled Customers"

    customer_ids = fields.Many2many(
        "crm.pool.customer", string="Customers", required=True, readonly=True
    )
    customer_count = fields.Integer("Number", compute="_compute_customer_count")
    allowed_user_ids = fields.Many2many(
        "res.users", compute="_compute_allowed_user_ids", compute_sudo=True
    )
    user_id = fields.Many2one(
        "res.users",
        "New Owner",
        required=True,
        domain="[('id', 'in', allowed_user_ids)]",
    )
    reason = fields.Char()

    @api.depends("customer_ids")
    def _compute_customer_count(self):
        for wizard in self:
            wizard.customer_count = len(wizard.customer_ids)

    @api.depends_context("uid")
    @api.depends("customer_ids")
    def _compute_allowed_user_ids(self):
        for wizard in self:
            wizard.allowed_user_ids = wizard._crm_allowed_users()

    def _crm_allowed_users(self):
        """Return to whom the current user may give these customers (res.users)."""
        user = self.env.user
        users = self.env["res.users"].search(
            [
                ("share", "=", False),
                ("all_group_ids", "in", self.env.ref("crm_base.group_salesperson").ids),
            ]
        )
        if user._crm_is_boss():
            return users
        below = set(user._crm_scope_ids("write"))
        administrated = self.customer_ids.pool_id & self.env["crm.pool"].browse(
            user._crm_pool_ids("admin")
        )
        members = set(administrated.member_ids.ids)
        return users.filtered(
            lambda other: other != user and other.id in below | members
        )

    def action_assign(self):
        """Assign the customers, say what became of each; return the action (dict)."""
        self.ensure_one()
        if len(self.customer_ids) > QUEUE_FROM:
            return self.env["crm.pool.batch"]._crm_start(
                "assign",
                self.customer_ids,
                self.user_id.id,
                self.reason or "",
                to_user_id=self.user_id.id,
                reason=self.reason,
            )
        result = self.customer_ids.action_assign(self.user_id.id, self.reason or "")
        return self.env["crm.pool.outcome"]._crm_show(
            self.env._(
                "%(count)s customers now belong to %(user)s.",
                count=len(result["assigned"]),
                user=self.user_id.name,
            ),
            result["refused"],
        )
