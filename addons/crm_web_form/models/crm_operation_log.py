from odoo import api, models


class CrmOperationLog(models.Model):
    _inherit = "crm.operation.log"

    @api.model
    def _crm_operations(self):
        return {
            **super()._crm_operations(),
            "form_erase": self.env._("Answers Erased"),
        }
