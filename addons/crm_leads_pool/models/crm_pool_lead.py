from odoo import fields, models

from odoo.addons.crm_customer_pool.models.crm_pool_row_mixin import COLUMNS


class CrmPoolLead(models.Model):
    """What may be seen of the leads in pools; see ``crm.pool.row.mixin``."""

    _name = "crm.pool.lead"
    _inherit = ["crm.pool.row.mixin"]
    _description = "Pooled Lead"
    _auto = False
    _crm_pool_model = "crm.lead"
    _crm_home = "crm_leads_pool.crm_pool_lead_action"
    _crm_assign = ("crm_leads_pool.crm_lead_pool_assign_action", "row_ids")
    _crm_move = ("crm_leads_pool.crm_lead_pool_move_action", "row_ids")
    _crm_email = "email_from"
    _crm_plain = {"intent_id": "intent_id", "captured_at": "create_date"}
    _depends = {
        "crm.lead": [*COLUMNS, "active", "create_date", "email_from", "intent_id"],
        "crm.owner.move": ["kind", "lead_id", "undo_of_id"],
    }

    name = fields.Char("Lead")
    intent_id = fields.Many2one("crm.dictionary", readonly=True)
    captured_at = fields.Datetime("Came In On", readonly=True)
