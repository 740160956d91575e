from odoo import fields, models


class CrmDictionary(models.Model):
    _inherit = "crm.dictionary"

    kind = fields.Selection(
        selection_add=[
            ("need_kind", "Kind of Need"),
            ("opportunity_type", "Opportunity Type"),
            ("project_member_role", "Role in the Project Team"),
            ("project_partner_role", "Role of a Company in a Project"),
            ("resource_role", "Role of a Person Needed"),
        ],
        ondelete={
            "need_kind": "cascade",
            "opportunity_type": "cascade",
            "project_member_role": "cascade",
            "project_partner_role": "cascade",
            "resource_role": "cascade",
        },
    )
