from odoo import api, fields, models


class CrmImportBatch(models.Model):
    """An import whose new customers go straight into a pool."""

    _inherit = "crm.import.batch"

    pool_id = fields.Many2one(
        "crm.pool",
        "New Customers into Pool",
        domain=[("is_admin", "=", True), ("holds", "=", "customer")],
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="New customers of this file have no owner and wait in this pool, of which"
        " you are an administrator. Empty: they are yours, or of whom the file names.",
    )
    may_fill_pool = fields.Boolean(compute="_compute_may_fill_pool")

    @api.depends_context("uid")
    @api.depends("model")
    def _compute_may_fill_pool(self):
        user = self.env.user
        may = user._crm_is_boss() or bool(user._crm_pool_ids("admin"))
        for batch in self:
            batch.may_fill_pool = may and batch.model == "res.partner"
