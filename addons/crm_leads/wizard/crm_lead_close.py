from odoo import fields, models


class CrmLeadClose(models.TransientModel):
    """Why leads are closed."""

    _name = "crm.lead.close"
    _description = "Close Leads"
    _inherit = ["crm.wizard.mixin"]

    lead_ids = fields.Many2many("crm.lead", string="Leads", readonly=True)
    reason_id = fields.Many2one(
        "crm.dictionary",
        domain=[("kind", "=", "lead_close_reason")],
        required=True,
        ondelete="cascade",
    )
    note = fields.Char()

    def action_confirm(self):
        """Close the leads; return the action that closes the dialog (dict)."""
        self.ensure_one()
        self.lead_ids.action_close(self.reason_id.id, self.note)
        return {"type": "ir.actions.act_window_close"}
