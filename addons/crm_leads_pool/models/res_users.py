from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_base.models.res_users_desk import HISTORY, DeskItem


class ResUsers(models.Model):
    _inherit = "res.users"

    def _crm_lead_rule(self, mode):
        """Return the rule of leads: whoever deals out what nobody has, not the pool."""
        rule = super()._crm_lead_rule(mode)
        return rule if rule.is_true() else rule & Domain("pool_id", "=", False)

    @api.model
    def _crm_desk(self):
        return [
            *super()._crm_desk(),
            DeskItem("crm.lead", "pool_former_owner_id", HISTORY),
            DeskItem("crm.pool.lead.report", "user_id", HISTORY),
        ]
