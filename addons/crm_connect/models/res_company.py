from odoo import models

from ..tools.sms_api import SmsApiGateway


class ResCompany(models.Model):
    _inherit = "res.company"

    def _crm_sms_gateway(self):
        """Return the gateway of this company: its own, else the common one."""
        self.ensure_one()
        # sudo: whoever sends a text message need not know the account it is sent with
        gateways = self.env["crm.sms.gateway"].sudo()
        return gateways.search(
            [("company_id", "=", self.id)], limit=1
        ) or gateways.search([("company_id", "=", False)], limit=1)

    def _get_sms_api_class(self):
        self.ensure_one()
        if self._crm_sms_gateway():
            return SmsApiGateway
        return super()._get_sms_api_class()
