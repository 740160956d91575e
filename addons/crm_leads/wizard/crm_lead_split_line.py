from odoo import api, fields, models

from ..tools.dealing import counts


class CrmLeadSplitLine(models.TransientModel):
    """The share of one person."""

    _name = "crm.lead.split.line"
    _description = "Share of Leads"

    split_id = fields.Many2one("crm.lead.split", required=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users",
        "Person",
        required=True,
        ondelete="cascade",
        domain=lambda self: self._domain_user_id(),
    )
    weight = fields.Integer("Relative Share", default=1, required=True)
    lead_count = fields.Integer("Gets", compute="_compute_lead_count")

    @api.model
    def _domain_user_id(self):
        return [("id", "in", self.env.user._crm_scope("write").ids)]

    @api.depends("split_id.lead_count", "split_id.line_ids.weight")
    def _compute_lead_count(self):
        for split, lines in self.grouped("split_id").items():
            every = split.line_ids
            found = counts(
                split.lead_count, [max(line.weight, 1) for line in every] or [1]
            )
            shares = dict(zip(every, found, strict=False))
            for line in lines:
                line.lead_count = shares.get(line, 0)
