from odoo import api, models
from odoo.fields import Domain


class CrmImportHandler(models.AbstractModel):
    """What an import put straight into a pool is taken back from there.

    As long as it waits in it, and whoever imported it still administrates it.
    """

    _inherit = "crm.import.handler"

    @api.model
    def _crm_undo_first_moves(self, batch):
        entered = Domain("kind", "=", "enter") & Domain(
            "batch_id", "=", f"import-{batch.id}"
        )
        return super()._crm_undo_first_moves(batch) | entered

    @api.model
    def _crm_undo_in_reach(self, batch, records):
        found = super()._crm_undo_in_reach(batch, records)
        if not getattr(records, "_crm_pool_kind", ""):
            return found
        user = self.env.user
        pools = user._crm_pool_ids("admin")
        # sudo: what is pooled is out of everybody's sight
        return found | records.filtered(
            lambda one: (
                (pool := one.sudo()._crm_pooled_with().pool_id)
                and (user._crm_is_boss() or pool.id in pools)
            )
        )
