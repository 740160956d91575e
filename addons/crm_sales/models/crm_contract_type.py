from odoo import fields, models


class CrmContractType(models.Model):
    """A kind of contract: sale, service, framework agreement …"""

    _name = "crm.contract.type"
    _description = "Contract Type"
    _order = "sequence, id"
    _crm_recycle = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(help="For rules and programs.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    template_id = fields.Many2one(
        "crm.contract.template",
        "Usual Template",
        index="btree_not_null",
        ondelete="set null",
    )
    months = fields.Integer(
        "Usual Term (Months)", help="Proposed as the end of a new contract; 0 for none."
    )

    _code_uniq = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "Another contract type has this code."
    )
    _months_positive = models.Constraint(
        "CHECK (months >= 0)", "The term cannot be negative."
    )
