from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def _crm_extra_sight(self, mode):
        sight = super()._crm_extra_sight(mode)
        ids = self.env["crm.pool"]._crm_quarantine_ids()
        if mode != "read" or not ids:
            return sight
        seen = set(ids) & set(self._crm_pool_ids("read"))
        if not seen or not self._crm_has_group("crm_base.group_salesperson"):
            return sight
        return sight | Domain("crm_customer_id.pool_id", "in", sorted(seen))
