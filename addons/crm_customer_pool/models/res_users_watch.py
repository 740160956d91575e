from odoo import api, models

from odoo.addons.crm_base.models.res_users_desk import HISTORY, DeskItem


class ResUsers(models.Model):
    _inherit = "res.users"

    def _crm_sees_pool(self, pool):
        """Return whether this user sees the customers of a pool (bool)."""
        self.ensure_one()
        return bool(pool) and (
            self._crm_is_boss() or pool.id in self._crm_pool_ids("read")
        )

    @api.model
    def _crm_desk(self):
        return [*super()._crm_desk(), DeskItem("crm.pool.watch", "user_id", HISTORY)]
