from odoo import models


class ResPartner(models.Model):
    """Customers that are entered straight into a pool."""

    _inherit = "res.partner"

    def _crm_start_ownership(self):
        if not self._crm_go_straight():
            return super()._crm_start_ownership()
        return None

    def _crm_pooled_with(self):
        return self.crm_customer_id

    def _crm_sync_straight(self):
        self._crm_sync_contacts()
        self._crm_end_shares(self.env["res.users"])
