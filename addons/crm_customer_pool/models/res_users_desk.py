from odoo import api, models

from odoo.addons.crm_base.models.res_users_desk import HISTORY, DeskItem


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _crm_desk(self):
        active = [("active", "=", True)]
        return [
            *super()._crm_desk(),
            DeskItem("crm.pool", "admin_ids", active, "pool_admin"),
            DeskItem("crm.pool", "member_user_ids", active, "drop"),
            DeskItem("crm.pool.quota", "user_id", HISTORY),
            DeskItem("res.partner", "pool_former_owner_id", HISTORY),
        ]
