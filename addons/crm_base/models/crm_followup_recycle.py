from odoo import models


class CrmFollowup(models.Model):
    _inherit = "crm.followup"
    _crm_recycle = True

    def _crm_after_restore(self):
        result = super()._crm_after_restore()
        self._crm_update_facts(self.partner_id)
        return result
