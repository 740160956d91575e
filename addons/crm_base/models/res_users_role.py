from odoo import api, models

SYSTEM = "base.user_root"


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _crm_role_groups(self):
        """Hook: return the external ids (list of str) of the groups that are roles.

        Logs keep what somebody was at that time. Call ``super()`` first and add yours
        in front or behind; groups that a listed one implies should stand behind it.
        """
        return [
            "crm_base.group_boss",
            "crm_base.group_director",
            "crm_base.group_manager",
            "crm_base.group_assistant",
            "crm_base.group_salesperson",
            "crm_base.group_maintainer",
            "base.group_system",
        ]

    def _crm_role(self):
        """Return the roles of this user now, external ids joined by commas (str).

        Of roles that imply one another the highest alone; ``base.user_root`` for the
        system itself, and the kind of account for those without a role.
        """
        self.ensure_one()
        if not self.id:
            return ""
        Data = self.env["ir.model.data"]
        if self.id == Data._xmlid_to_res_id(SYSTEM):
            return SYSTEM
        ids = set(self._get_group_ids())
        roles, implied = [], set()
        accounts = ["base.group_user", "base.group_portal"]
        for xml_id in [*self._crm_role_groups(), *accounts]:
            group_id = Data._xmlid_to_res_id(xml_id, raise_if_not_found=False)
            if not group_id or group_id not in ids or group_id in implied:
                continue
            if roles and xml_id in accounts:
                break
            roles.append(xml_id)
            # sudo: which role implies which is no secret
            group = self.env["res.groups"].sudo().browse(group_id)
            implied.update(group.all_implied_ids.ids)
        return ",".join(roles)
