from odoo import fields, models


class CrmDictionary(models.Model):
    _inherit = "crm.dictionary"

    kind = fields.Selection(
        selection_add=[
            ("shop_payment_method", "Means of Payment"),
            ("return_reason", "Return Reason"),
        ],
        ondelete={"shop_payment_method": "cascade", "return_reason": "cascade"},
    )
