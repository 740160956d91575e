from odoo import api, models


class CrmOperationLog(models.Model):
    _inherit = "crm.operation.log"

    @api.model
    def _crm_operations(self):
        return {
            **super()._crm_operations(),
            "backup": self.env._("Backup"),
            "backup_delete": self.env._("Backup Deleted"),
            "backup_download": self.env._("Backup Downloaded"),
            "backup_drill": self.env._("Restore Drill"),
        }
