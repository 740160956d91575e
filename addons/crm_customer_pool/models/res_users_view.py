from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def _crm_pool_view_log_rule(self):
        """Return the record rule of the log of looks."""
        ids = self._crm_scope_ids("read")
        if ids is None:
            return Domain.TRUE
        return Domain("user_id", "in", ids) | Domain(
            "pool_id", "in", self._crm_pool_ids("admin")
        )

    def _crm_pool_allowance_rule(self):
        """Return the record rule of the figures of members."""
        ids = self._crm_scope_ids("read")
        return Domain.TRUE if ids is None else Domain("user_id", "in", ids)
