from odoo import api, models

from odoo.addons.crm_base.models.res_users_desk import HISTORY, DeskItem

PAST = {
    "crm.pool.batch": ("user_id", "to_user_id"),
    "crm.pool.lock": ("owner_id", "requester_id", "decided_by_id"),
    "crm.pool.quota": ("user_id",),
}


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _crm_desk(self):
        active = [("active", "=", True)]
        return [
            *super()._crm_desk(),
            DeskItem("crm.pool", "admin_ids", active, "pool_admin"),
            DeskItem("crm.pool", "member_user_ids", active, "drop"),
            # what was done, asked for and decided; a pending lock ends with the owner
            *(
                DeskItem(model, field, HISTORY)
                for model, names in PAST.items()
                for field in names
            ),
            DeskItem("res.partner", "pool_former_owner_id", HISTORY),
        ]
