from odoo import models


class CrmFollowup(models.Model):
    """Plans that change or end take their reminders along."""

    _inherit = "crm.followup"

    _planned_at_idx = models.Index("(planned_at) WHERE state = 'planned'")

    def write(self, vals):
        result = super().write(vals)
        if {"state", "planned_at", "user_id"}.intersection(vals):
            self.env["crm.reminder"]._crm_recheck(self._name, self.ids)
        return result

    def unlink(self):
        ids = self.ids
        result = super().unlink()
        self.env["crm.reminder"]._crm_recheck(self._name, ids)
        return result
