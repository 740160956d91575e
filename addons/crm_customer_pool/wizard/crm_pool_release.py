from odoo import api, fields, models

from ..models.crm_pool_batch_queue import QUEUE_FROM


class CrmPoolRelease(models.TransientModel):
    """Asks into which pool customers go, and why."""

    _name = "crm.pool.release"
    _description = "Release Customers to a Pool"
    _inherit = ["crm.customer.batch.mixin"]

    # a table of links leaves with the addon that declares the field
    partner_ids = fields.Many2many()
    pool_id = fields.Many2one(
        "crm.pool",
        required=True,
        domain=lambda self: self._domain_pool_id(),
        default=lambda self: self._default_pool_id(),
    )
    reason_id = fields.Many2one(
        "crm.dictionary",
        required=True,
        domain=[("kind", "=", "release_reason")],
    )
    note = fields.Char(help="What the next owner should know about the reason.")

    @api.model
    def _domain_pool_id(self):
        user = self.env.user
        if user._crm_is_boss():
            return []
        return [
            ("id", "in", [*user._crm_pool_ids("member"), *user._crm_pool_ids("admin")])
        ]

    @api.model
    def _default_pool_id(self):
        pools = self.env["crm.pool"].search(self._domain_pool_id(), limit=2)
        return pools if len(pools) == 1 else False

    def action_release(self):
        """Release the customers; return the action (dict) that says how many."""
        self.ensure_one()
        if len(self.partner_ids) > QUEUE_FROM:
            return self.env["crm.pool.batch"]._crm_start(
                "release",
                self.partner_ids,
                self.pool_id.id,
                self.reason_id.id,
                self.note or "",
                pool_id=self.pool_id.id,
                reason=self.reason_id.name,
            )
        result = self.partner_ids.action_release_to_pool(
            self.pool_id.id, self.reason_id.id, self.note or ""
        )
        return self.env["crm.pool.outcome"]._crm_show(
            self.env._(
                "%(count)s customers are in the pool %(pool)s now.",
                count=result["released"],
                pool=self.pool_id.name,
            ),
            result["refused"],
            home="crm_base.res_partner_my_customer_action",
        )
