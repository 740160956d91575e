from odoo import models
from odoo.exceptions import UserError


class CrmTeam(models.Model):
    """Odoo's own assignment rests where rules of ours give the leads."""

    _inherit = "crm.team"

    def action_assign_leads(self):
        """Assign leads by Odoo's own method, where no rules of ours are.

        :return: the action (dict) that says how many
        :raise UserError: when rules of ours give the leads of these teams
        """
        if self and not self._crm_without_rules():
            raise UserError(
                self.env._(
                    "The assignment rules of the CRM give the leads of this team."
                    " Change them under Configuration, or choose leads in the list and"
                    " press Assign Now."
                )
            )
        return super().action_assign_leads()

    def _action_assign_leads(self, force_quota=False, creation_delta_days=7):
        return super(CrmTeam, self._crm_without_rules())._action_assign_leads(
            force_quota=force_quota, creation_delta_days=creation_delta_days
        )

    def _allocate_leads(self, creation_delta_days=7):
        authors = self._crm_rule_authors()
        if any(user._crm_has_group("crm_base.group_director") for user in authors):
            # leads without a team are theirs to give
            return {}
        return super()._allocate_leads(creation_delta_days=creation_delta_days)

    def _crm_without_rules(self):
        """Return those of these teams whose leads no rule of ours may take."""
        authors = self._crm_rule_authors()
        if any(user._crm_is_boss() for user in authors):
            return self.browse()
        served = {
            team_id for user in authors for team_id in user._crm_scope_team_ids("write")
        }
        return self.filtered(lambda team: team.id not in served)

    def _crm_rule_authors(self):
        """Return who is responsible for the rules of assignment (res.users)."""
        Rule = self.env["crm.lead.assign.rule"]
        # sudo: that there are rules is no secret
        rules = Rule.sudo().browse(Rule._crm_rule_ids()).exists()
        rules = rules.filtered(lambda rule: rule._crm_is_alive())
        return rules.user_id.sudo(False)
