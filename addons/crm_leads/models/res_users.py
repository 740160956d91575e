from odoo import api, models

from odoo.addons.crm_base.models.res_users_desk import HISTORY, DeskItem


class ResUsers(models.Model):
    """What leads leave on somebody's desk: facts alone."""

    _inherit = "res.users"

    @api.model
    def _crm_desk(self):
        return [
            *super()._crm_desk(),
            DeskItem("crm.lead", "closed_by_id", HISTORY),
            DeskItem("crm.lead", "converted_by_id", HISTORY),
        ]
