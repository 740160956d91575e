from odoo import fields, models


class CrmDictionary(models.Model):
    _inherit = "crm.dictionary"

    kind = fields.Selection(
        selection_add=[("pricelist_kind", "Kind of Price List")],
        ondelete={"pricelist_kind": "cascade"},
    )
