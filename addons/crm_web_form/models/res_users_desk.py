from odoo import api, models

from odoo.addons.crm_base.models.res_users_desk import DeskItem


class ResUsers(models.Model):
    """Whoever takes over answers the forms of a leaver."""

    _inherit = "res.users"

    @api.model
    def _crm_desk(self):
        used = [("state", "!=", "closed")]
        return [
            *super()._crm_desk(),
            DeskItem("crm.web.form", "user_id", used),
            DeskItem("crm.web.form", "handler_id", used),
        ]
