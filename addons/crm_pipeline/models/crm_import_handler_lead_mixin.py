from odoo import api, models


class CrmImportHandlerLeadMixin(models.AbstractModel):
    """Rows that become leads or opportunities: how they are taken back.

    Not those that somebody has worked on since.
    """

    _name = "crm.import.handler.lead.mixin"
    _description = "Import of Leads and Opportunities"
    _inherit = ["crm.import.handler"]

    @api.model
    def _crm_undo_obstacles(self, batch, lines, made):
        result = super()._crm_undo_obstacles(batch, lines, made)
        leads = {
            record.id: line
            for line in lines
            for record in made[line.id].values()
            if record._name == "crm.lead"
        }
        found = self.env["crm.lead"].browse(leads)
        worked_on = self._crm_undo_worked_on(batch, "lead_id", found)
        for lead_id, line in leads.items():
            # says more than that it was changed
            line.note = worked_on.get(lead_id) or line.note
        return result

    @api.model
    def _crm_undo_create(self, batch, records):
        # sudo: the names of the owners who lose them
        owners = {record.id: record.sudo().user_id.id for record in records}
        self.env["crm.owner.move"]._crm_log_leads(
            records,
            "undo",
            self.env["res.users"],
            owners,
            self.env._("Import undone: %(name)s", name=batch.name),
            batch_id=f"import-{batch.id}",
        )
        return super()._crm_undo_create(batch, records)
