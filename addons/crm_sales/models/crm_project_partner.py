from odoo import api, fields, models


class CrmProjectPartner(models.Model):
    """A company that takes part in a project, and as what."""

    _name = "crm.project.partner"
    _description = "Project Partner"
    _inherit = ["crm.lead.part.mixin"]
    _order = "lead_id, sequence, id"
    _rec_name = "partner_id"

    sequence = fields.Integer(default=10)
    partner_id = fields.Many2one(
        "res.partner", "Company", required=True, ondelete="restrict", index=True
    )
    role_id = fields.Many2one(
        "crm.dictionary",
        required=True,
        domain=[("kind", "=", "project_partner_role")],
        ondelete="restrict",
        index=True,
    )
    note = fields.Char()

    _once = models.UniqueIndex(
        "(lead_id, partner_id, role_id)",
        "This company has this role in the project already.",
    )

    def _crm_named_partners(self):
        return super()._crm_named_partners() | {"partner_id"}

    @api.model
    def _crm_part_key(self):
        return ("partner_id", "role_id")
