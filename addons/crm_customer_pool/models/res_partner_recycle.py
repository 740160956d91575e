from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"
    _crm_recycle_parents = ("parent_id", "crm_customer_id", "pool_id")

    def _crm_may_lack_owner(self):
        return bool(self.pool_id) or super()._crm_may_lack_owner()

    def _crm_after_restore(self):
        result = super()._crm_after_restore()
        # rules may have changed while it was in the bin
        self._crm_refresh_deadlines(self.ids)
        return result
