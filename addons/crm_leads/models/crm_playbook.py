from odoo import models
from odoo.tools import SQL


class CrmPlaybook(models.Model):
    """Playbooks that were there before opportunities had any are for leads."""

    _inherit = "crm.playbook"

    def init(self):
        result = super().init()
        self.env.execute_query(
            SQL(
                """
                UPDATE crm_playbook SET lead_type = 'lead'
                 WHERE res_model = 'crm.lead' AND lead_type IS NULL
                RETURNING id
                """
            )
        )
        return result
