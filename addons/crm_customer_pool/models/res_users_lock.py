from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def _crm_pool_lock_rule(self):
        """Return the record rule of crm.pool.lock."""
        ids = self._crm_scope_ids("read")
        if ids is None:
            return Domain.TRUE
        return (
            Domain("owner_id", "in", ids)
            | Domain("requester_id", "=", self.id)
            | Domain("pool_id", "in", self._crm_pool_ids("admin"))
        )
