from odoo import api, models


class CrmOperationLog(models.Model):
    _inherit = "crm.operation.log"

    @api.model
    def _crm_operations(self):
        return {
            **super()._crm_operations(),
            "account": self.env._("Accounts"),
            "organisation": self.env._("Organisation Synchronised"),
            "inspection": self.env._("Permission Inspected"),
        }
