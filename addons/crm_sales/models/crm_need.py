from odoo import fields, models


class CrmNeed(models.Model):
    """One thing that the customer needs, and whether we can give it."""

    _name = "crm.need"
    _description = "Need"
    _inherit = ["crm.lead.part.mixin", "crm.attached.mixin"]
    _order = "lead_id, priority desc, sequence, id"

    name = fields.Char("Need", required=True)
    sequence = fields.Integer(default=10)
    kind_id = fields.Many2one(
        "crm.dictionary",
        domain=[("kind", "=", "need_kind")],
        ondelete="restrict",
        index="btree_not_null",
    )
    priority = fields.Selection(
        [("0", "Nice to Have"), ("1", "Should"), ("2", "Must")],
        default="1",
        required=True,
    )
    raised_by_id = fields.Many2one(
        "res.partner",
        ondelete="set null",
        index="btree_not_null",
        help="The person at the customer who needs it.",
    )
    description = fields.Html(sanitize_attributes=True, sanitize_form=True)
    state = fields.Selection(
        [("open", "To Be Met"), ("met", "Met"), ("dropped", "Dropped")],
        default="open",
        required=True,
    )
    solution_id = fields.Many2one(
        "crm.solution",
        "Answered By",
        domain="[('lead_id', '=', lead_id)]",
        ondelete="set null",
        index="btree_not_null",
    )

    def _crm_named_partners(self):
        return super()._crm_named_partners() | {"raised_by_id"}
