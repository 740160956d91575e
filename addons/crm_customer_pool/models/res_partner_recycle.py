from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"
    _crm_recycle_parents = ("parent_id", "crm_customer_id", "pool_id")

    def _crm_may_lack_owner(self):
        return bool(self.pool_id) or super()._crm_may_lack_owner()
