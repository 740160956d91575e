from odoo import api, models
from odoo.fields import Domain

from .res_users_desk import HISTORY, DeskItem


class ResUsers(models.Model):
    """Who sees what runs in playbooks, and who takes over what somebody started."""

    _inherit = "res.users"

    def _crm_playbook_run_rule(self, prefix=""):
        """Hook: return the record rule of runs: those of records in sight.

        For addons whose records run in playbooks. Call ``super()`` first and OR your
        own domain to it.

        :param str prefix: path to the run, for what hangs on it
        """
        return Domain.TRUE if self._crm_is_boss() else Domain.FALSE

    @api.model
    def _crm_desk(self):
        return [
            *super()._crm_desk(),
            DeskItem("crm.playbook", "user_id", [("active", "=", True)]),
            DeskItem("crm.playbook.run", "user_id", [("state", "=", "running")]),
            DeskItem("crm.playbook.log", "user_id", HISTORY),
        ]
