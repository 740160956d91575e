from odoo import models


class CrmAbsence(models.Model):
    """Whoever is away has a deputy for approvals."""

    _inherit = "crm.absence"

    def _crm_after_change(self, users):
        result = super()._crm_after_change(users)
        self.env["crm.approval.delegation"]._crm_refresh_approvals(users)
        return result
