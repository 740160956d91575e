from odoo import api, models

from odoo.addons.crm_base.models.res_users_desk import HISTORY, DeskItem


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _crm_home_pages(self):
        return {
            **super()._crm_home_pages(),
            "lost_soon": (
                self.env._("Will Be Lost Soon"),
                "crm_customer_pool.res_partner_lost_soon_action",
            ),
        }

    @api.model
    def _crm_desk(self):
        return [
            *super()._crm_desk(),
            DeskItem("crm.pool.notice", "user_id", HISTORY),
            DeskItem("crm.pool.warning", "user_id", HISTORY),
            DeskItem("crm.pool.warning", "owner_id", HISTORY),
        ]
