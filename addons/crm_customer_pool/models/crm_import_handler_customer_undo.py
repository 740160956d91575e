from odoo import api, models
from odoo.fields import Domain


class CrmImportHandlerCustomer(models.AbstractModel):
    """Customers that an import put straight into a pool are taken back from there.

    As long as they wait in it, and whoever imported them still administrates it.
    """

    _inherit = "crm.import.handler.customer"

    @api.model
    def _crm_undo_first_moves(self, batch):
        entered = Domain("kind", "=", "enter") & Domain(
            "batch_id", "=", f"import-{batch.id}"
        )
        return super()._crm_undo_first_moves(batch) | entered

    @api.model
    def _crm_undo_in_reach(self, batch, records):
        found = super()._crm_undo_in_reach(batch, records)
        # sudo: an administrator need not be a member, who alone reads a pool
        pool = batch.sudo().pool_id
        user = self.env.user
        if records._name != "res.partner" or not (
            pool and (user._crm_is_boss() or pool.id in user._crm_pool_ids("admin"))
        ):
            return found
        # sudo: pooled customers and their contacts are out of everybody's sight
        return found | records.filtered(
            lambda one: one.sudo().crm_customer_id.pool_id == pool
        )
