from odoo import api, fields, models

from .crm_pool_batch_queue import QUEUE_FROM


class CrmPoolReleaseMixin(models.AbstractModel):
    """Asks into which pool records go, and why."""

    _name = "crm.pool.release.mixin"
    _description = "Release to a Pool"
    _inherit = ["crm.wizard.mixin"]

    # XML id of the action to go to when all went well
    _crm_home = ""
    # the field with what is released
    _crm_field = "partner_ids"

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
        kind = [("holds", "=", self[self._crm_field]._crm_pool_kind)]
        if user._crm_is_boss():
            return kind
        ids = [*user._crm_pool_ids("member"), *user._crm_pool_ids("admin")]
        return [*kind, ("id", "in", ids)]

    @api.model
    def _default_pool_id(self):
        pools = self.env["crm.pool"].search(self._domain_pool_id(), limit=2)
        return pools if len(pools) == 1 else False

    def action_release(self):
        """Release them; return the action (dict) that says how many."""
        self.ensure_one()
        records = self[self._crm_field]
        if len(records) > QUEUE_FROM:
            return self.env["crm.pool.batch"]._crm_start(
                "release",
                records,
                self.pool_id.id,
                self.reason_id.id,
                self.note or "",
                holds=records._crm_pool_kind,
                pool_id=self.pool_id.id,
                reason=self.reason_id.name,
            )
        result = records.action_release_to_pool(
            self.pool_id.id, self.reason_id.id, self.note or ""
        )
        return self.env["crm.pool.outcome"]._crm_show(
            self.env._(
                "%(count)s are in the pool %(pool)s now.",
                count=result["released"],
                pool=self.pool_id.name,
            ),
            result["refused"],
            home=self._crm_home,
        )
