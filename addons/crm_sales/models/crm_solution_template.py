from odoo import fields, models


class CrmSolutionTemplate(models.Model):
    """A solution written once, from which those for customers begin."""

    _name = "crm.solution.template"
    _description = "Solution Template"
    _inherit = ["crm.attached.mixin"]
    _order = "sequence, name, id"
    _crm_recycle = True

    name = fields.Char("Template", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    summary = fields.Char(translate=True, help="For which needs it is meant.")
    body = fields.Html("Solution Text", translate=True)
