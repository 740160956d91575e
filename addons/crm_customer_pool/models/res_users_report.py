from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_base.models.res_users_desk import HISTORY, DeskItem


class ResUsers(models.Model):
    _inherit = "res.users"

    def _crm_pool_report_rule(self):
        """Return the record rule of the pool analysis: the scope's, and one's pools."""
        owned = self._crm_owner_domain("read")
        if owned.is_true():
            return owned
        return owned | Domain("pool_id", "in", self._crm_pool_ids("admin"))

    @api.model
    def _crm_desk(self):
        return [*super()._crm_desk(), DeskItem("crm.pool.report", "user_id", HISTORY)]
