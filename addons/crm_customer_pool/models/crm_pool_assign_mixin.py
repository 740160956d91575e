from odoo import api, fields, models

from .crm_pool_batch_queue import QUEUE_FROM


class CrmPoolAssignMixin(models.AbstractModel):
    """Asks to whom pooled records go."""

    _name = "crm.pool.assign.mixin"
    _description = "Assign from a Pool"

    # the field with the rows that are assigned
    _crm_field = ""

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

    @api.depends_context("uid")
    @api.depends(lambda self: [self._crm_field] if self._crm_field else [])
    def _compute_allowed_user_ids(self):
        for wizard in self:
            wizard.allowed_user_ids = wizard._crm_allowed_users()

    def _crm_allowed_users(self):
        """Return to whom the current user may give these (res.users)."""
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
        administrated = self[self._crm_field].pool_id & self.env["crm.pool"].browse(
            user._crm_pool_ids("admin")
        )
        members = set(administrated.member_ids.ids)
        return users.filtered(
            lambda other: other != user and other.id in below | members
        )

    def action_assign(self):
        """Assign them, say what became of each; return the action (dict)."""
        self.ensure_one()
        rows = self[self._crm_field]
        if len(rows) > QUEUE_FROM:
            return self.env["crm.pool.batch"]._crm_start(
                "assign",
                rows,
                self.user_id.id,
                self.reason or "",
                holds=rows._crm_held()._crm_pool_kind,
                to_user_id=self.user_id.id,
                reason=self.reason,
            )
        result = rows.action_assign(self.user_id.id, self.reason or "")
        return self.env["crm.pool.outcome"]._crm_show(
            self.env._(
                "%(count)s now belong to %(user)s.",
                count=len(result["assigned"]),
                user=self.user_id.name,
            ),
            result["refused"],
            home=rows._crm_home,
        )
