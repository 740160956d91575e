from odoo import models


class CrmPoolBatch(models.Model):
    """Undone, a batch gives locks back as well."""

    _inherit = "crm.pool.batch"

    def _crm_put_back(self, moves, undo_id):
        result = super()._crm_put_back(moves, undo_id)
        if moves.partner_id:
            self.env["crm.pool.lock"]._crm_put_back(moves.partner_id)
        return result
