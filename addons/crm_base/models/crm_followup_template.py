from odoo import fields, models


class CrmFollowupTemplate(models.Model):
    """Prepared content of a follow-up, so that a record takes seconds."""

    _name = "crm.followup.template"
    _description = "Follow-up Template"
    _order = "sequence, id"
    _crm_recycle = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    method_id = fields.Many2one(
        "crm.dictionary",
        domain=[("kind", "=", "followup_method")],
        ondelete="restrict",
    )
    subject = fields.Char(translate=True)
    content = fields.Text(translate=True)
