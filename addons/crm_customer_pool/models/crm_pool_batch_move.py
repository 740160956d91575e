from odoo import models


class CrmPoolBatch(models.Model):
    _inherit = "crm.pool.batch"

    def _crm_why_no_undo(self):
        if self.kind == "move":
            # one is as easy as the other, and the ledger says where they came from
            return self.env._(
                "Customers that went from pool to pool are moved back, not undone."
            )
        return super()._crm_why_no_undo()
