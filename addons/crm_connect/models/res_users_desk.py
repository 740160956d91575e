from odoo import api, models

from odoo.addons.crm_base.models.res_users_desk import HISTORY, DeskItem


class ResUsers(models.Model):
    """Notices that were written and read are the past; preferences are one's own."""

    _inherit = "res.users"

    @api.model
    def _crm_desk(self):
        return [
            *super()._crm_desk(),
            DeskItem("crm.notice", "author_id", HISTORY),
            DeskItem("crm.notice.preference", "user_id", HISTORY),
            DeskItem("crm.notice.receipt", "user_id", HISTORY),
        ]
