from odoo import models
from odoo.exceptions import AccessError


class CrmImportBatch(models.Model):
    """What an import of leads brought can be dealt out."""

    _inherit = "crm.import.batch"

    def action_split_leads(self):
        """Open the dialog that deals out the leads of this import.

        :return: the action (dict)
        :raise AccessError: when the import is out of reach, or you lead nobody
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user._crm_has_group("crm_base.group_manager"):
            raise AccessError(self.env._("Leads are dealt out by managers."))
        rows = self.env["crm.import.row"].search(
            [
                ("batch_id", "=", self.id),
                ("batch_id.model", "=", "crm.lead"),
                ("state", "=", "created"),
            ],
            order="number",
        )
        leads = self.env["crm.lead"].search([("id", "in", rows.mapped("res_id"))])
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_leads.crm_lead_split_action"
        )
        action["context"] = {"default_lead_ids": leads.sorted("id").ids}
        return action
