from odoo import api, models

from ..tools.pinyin import pinyin_of


class ResUsers(models.Model):
    """People on the team board, and the board as a home page."""

    _inherit = "res.users"

    @api.model
    def _crm_home_pages(self):
        return {
            **super()._crm_home_pages(),
            "my_board": (self.env._("My Board"), "crm_base.crm_team_board_action_my"),
            "team_board": (self.env._("Team Board"), "crm_base.crm_team_board_action"),
        }

    def _crm_pinyin(self):
        """Return how the name of this person is read, and its initials (two str)."""
        self.ensure_one()
        return pinyin_of(self.name, person=True)
