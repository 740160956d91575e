from odoo import api, models

from odoo.addons.crm_base.models.res_users_desk import HISTORY, DeskItem


class ResUsers(models.Model):
    """Restrictions and codes of an account stay with it when its owner leaves."""

    _inherit = "res.users"

    @api.model
    def _crm_desk(self):
        return [
            *super()._crm_desk(),
            DeskItem("crm.login.code", "user_id", HISTORY),
            DeskItem("crm.login.rule", "user_ids", HISTORY),
        ]
