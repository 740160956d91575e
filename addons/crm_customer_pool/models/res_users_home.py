from odoo import api, models

from odoo.addons.crm_base.models.res_users_desk import HISTORY, DeskItem


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _crm_home_pages(self):
        pages = super()._crm_home_pages()
        for held in self.env["crm.pool"]._crm_all_held():
            code = "lost_soon"
            if held._crm_pool_kind != "customer":
                code += f"_{held._crm_pool_kind}"
            pages[code] = held._crm_lost_soon_texts()["list"], held._crm_lost_soon[0]
        return pages

    @api.model
    def _crm_desk(self):
        return [
            *super()._crm_desk(),
            DeskItem("crm.pool.notice", "user_id", HISTORY),
            DeskItem("crm.pool.warning", "user_id", HISTORY),
            DeskItem("crm.pool.warning", "owner_id", HISTORY),
        ]
