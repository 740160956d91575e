from odoo import api, models

from odoo.addons.crm_base.models.res_users_desk import HISTORY, DeskItem


class ResUsers(models.Model):
    """What the counter and returns keep of people, and what is open by them."""

    _inherit = "res.users"

    @api.model
    def _crm_desk(self):
        return [
            *super()._crm_desk(),
            DeskItem(
                "crm.return",
                "user_id",
                [("state", "in", ["requested", "approved", "received"])],
                "transfer",
                "partner_id",
            ),
            DeskItem("crm.return", "decided_by_id", HISTORY),
            DeskItem("crm.return.line", "user_id", HISTORY),
            DeskItem("crm.shop", "user_ids", [], "drop"),
            DeskItem("crm.shop.payment", "user_id", HISTORY),
        ]
