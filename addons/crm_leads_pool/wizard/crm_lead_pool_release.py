from odoo import fields, models


class CrmLeadPoolRelease(models.TransientModel):
    _name = "crm.lead.pool.release"
    _inherit = ["crm.pool.release.mixin"]
    _description = "Release Leads to a Pool"
    _crm_home = "crm_leads.crm_lead_my_action"
    _crm_field = "lead_ids"

    lead_ids = fields.Many2many("crm.lead", required=True, readonly=True)
