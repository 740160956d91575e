from odoo import api, models

from odoo.addons.crm_base.models.res_users_desk import HISTORY, DeskItem


class ResUsers(models.Model):
    """Whose rules of assignment are whose, and who has room for leads."""

    _inherit = "res.users"

    def _crm_assign_rule_domain(self, mode, path=""):
        """Return the record rule of rules of assignment: of those in charge.

        :param str mode: ``read`` or ``write``
        :param str path: from the model to the rule, with a dot at the end
        """
        return self._crm_owner_domain(mode, f"{path}user_id")

    def _crm_lead_rooms(self):
        """Hook: return how many leads more these people may own.

        Asked once for all people of a rule. What :meth:`_crm_check_lead_owner_change`
        of crm.lead refuses is refused all the same; whoever says it here is passed over
        before that. Call ``super()`` first, and keep the smaller number.

        :return: dict of user's id to number (int), without those who have no limit
        """
        return {}

    @api.model
    def _crm_desk(self):
        return [
            *super()._crm_desk(),
            DeskItem("crm.lead.assign.rule", "user_id", [("active", "=", True)]),
            DeskItem("crm.lead.assign.line", "user_id", HISTORY),
        ]
