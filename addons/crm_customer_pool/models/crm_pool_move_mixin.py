from odoo import api, fields, models

from .crm_pool_batch_queue import QUEUE_FROM


class CrmPoolMoveMixin(models.AbstractModel):
    """Asks into which other pool records go."""

    _name = "crm.pool.move.mixin"
    _description = "Move to Another Pool"

    # the field with the rows that are moved
    _crm_field = ""

    row_count = fields.Integer("Number", compute="_compute_row_count")
    pool_id = fields.Many2one(
        "crm.pool",
        "Into the Pool",
        required=True,
        domain=lambda self: self._domain_pool_id(),
    )
    reason = fields.Char()

    @api.model
    def _domain_pool_id(self):
        kind = self[self._crm_field]._crm_held()._crm_pool_kind
        return [("is_admin", "=", True), ("holds", "=", kind)]

    @api.depends(lambda self: [self._crm_field] if self._crm_field else [])
    def _compute_row_count(self):
        for wizard in self:
            wizard.row_count = len(wizard[self._crm_field])

    def action_move(self):
        """Move them, say what became of each; return the action (dict)."""
        self.ensure_one()
        rows = self[self._crm_field]
        if len(rows) > QUEUE_FROM:
            return self.env["crm.pool.batch"]._crm_start(
                "move",
                rows,
                self.pool_id.id,
                self.reason or "",
                holds=rows._crm_held()._crm_pool_kind,
                pool_id=self.pool_id.id,
                reason=self.reason,
            )
        result = rows.action_move(self.pool_id.id, self.reason or "")
        return self.env["crm.pool.outcome"]._crm_show(
            self.env._(
                "%(count)s are in the pool %(pool)s now.",
                count=len(result["moved"]),
                pool=self.pool_id.name,
            ),
            result["refused"],
            home=rows._crm_home,
        )
