from odoo import fields, models


class CrmDictionary(models.Model):
    _inherit = "crm.dictionary"

    kind = fields.Selection(
        selection_add=[
            ("lead_intent", "Lead Intent"),
            ("lead_close_reason", "Reason for Closing a Lead"),
        ],
        ondelete={"lead_intent": "cascade", "lead_close_reason": "cascade"},
    )
