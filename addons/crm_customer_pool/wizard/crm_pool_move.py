from odoo import api, fields, models


class CrmPoolMove(models.TransientModel):
    """Asks into which other pool customers go."""

    _name = "crm.pool.move"
    _description = "Move to Another Pool"

    customer_ids = fields.Many2many(
        "crm.pool.customer", string="Customers", required=True, readonly=True
    )
    customer_count = fields.Integer("Number", compute="_compute_customer_count")
    pool_id = fields.Many2one(
        "crm.pool",
        "Into the Pool",
        required=True,
        domain=[("is_admin", "=", True), ("holds", "=", "customer")],
    )
    reason = fields.Char()

    @api.depends("customer_ids")
    def _compute_customer_count(self):
        for wizard in self:
            wizard.customer_count = len(wizard.customer_ids)

    def action_move(self):
        """Move the customers, say what became of each; return the action (dict)."""
        self.ensure_one()
        result = self.customer_ids.action_move(self.pool_id.id, self.reason or "")
        return self.env["crm.pool.outcome"]._crm_show(
            self.env._(
                "%(count)s customers are in the pool %(pool)s now.",
                count=len(result["moved"]),
                pool=self.pool_id.name,
            ),
            result["refused"],
        )
