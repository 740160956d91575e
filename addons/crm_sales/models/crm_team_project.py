from odoo import models
from odoo.exceptions import UserError


class CrmTeam(models.Model):
    """A team that sells projects has their phases as its process."""

    _inherit = "crm.team"

    def action_make_project_process(self):
        """Make the stages of project selling for this team, from start to end.

        Won is what was signed: it is carried out and closed afterwards.

        :return: the action (dict) that shows the stages
        :raise AccessError: stages are made by directors
        :raise UserError: the team has stages of its own already
        """
        self.ensure_one()
        self.check_access("read")
        stages = self.env["crm.stage"]
        stages.check_access("create")
        if stages.search_count([("team_ids", "in", self.ids)], limit=1):
            raise UserError(
                self.env._("This team has stages of its own. Change those instead.")
            )
        made = stages.create(
            [
                {
                    "name": name["en_US"],
                    "sequence": number,
                    "team_ids": [(6, 0, self.ids)],
                    "is_won": number >= 3,
                    "fold": number == 5,
                }
                for number, name in enumerate(self._crm_project_phases(), 1)
            ]
        )
        for stage, name in zip(made, self._crm_project_phases(), strict=True):
            stage.update_field_translations("name", name)
        action = self.env["ir.actions.act_window"]._for_xml_id("crm.crm_stage_action")
        action["domain"] = [("team_ids", "in", self.ids)]
        return action

    def _crm_project_phases(self):
        """Return the names of the phases in every language, a list of dicts."""
        codes = {
            "en_US",
            *(code for code, _name in self.env["res.lang"].get_installed()),
        }
        names = {
            code: self.with_context(lang=code)._crm_phase_names() for code in codes
        }
        return [
            dict(zip(names, phase, strict=True))
            for phase in zip(*names.values(), strict=True)
        ]

    def _crm_phase_names(self):
        """Return the names of the phases in the user's language, a list of str."""
        return [
            self.env._("Initiation"),
            self.env._("Tracking"),
            self.env._("Signing"),
            self.env._("Execution"),
            self.env._("Closing"),
        ]
