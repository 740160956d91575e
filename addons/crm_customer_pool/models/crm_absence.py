from odoo import models


class CrmAbsence(models.Model):
    """Leave freezes the clocks of one's customers."""

    _inherit = "crm.absence"

    def _crm_after_change(self, users):
        result = super()._crm_after_change(users)
        # sudo: customers of whoever is away
        self.env["crm.pool.run"].sudo()._crm_request_refresh(users=users)
        return result
