from odoo import models


class CrmImportRow(models.Model):
    """Rows whose records wait in a pool open there."""

    _inherit = "crm.import.row"

    def action_open_record(self):
        """Open the record that came of this row, in its pool when it waits there.

        :return: the action (dict)
        """
        self.ensure_one()
        self.check_access("read")
        batch = self.batch_id
        if batch.pool_kind and self.res_id:
            # sudo: what is pooled is out of sight; its pool shows what may be seen
            record = self.env[batch.model].sudo().browse(self.res_id).exists()
            if record.pool_id:
                action = self.env["ir.actions.act_window"]._for_xml_id(
                    record._crm_pooled_action
                )
                return {**action, "domain": [("id", "=", record.id)], "context": {}}
        return super().action_open_record()
