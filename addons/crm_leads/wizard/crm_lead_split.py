from odoo import api, fields, models
from odoo.fields import Command


class CrmLeadSplit(models.TransientModel):
    """Who gets how many of a list of leads, seen before it is done."""

    _name = "crm.lead.split"
    _description = "Deal Out Leads"
    _inherit = ["crm.wizard.mixin"]

    lead_ids = fields.Many2many("crm.lead", string="Leads", readonly=True)
    lead_count = fields.Integer("Leads to Deal Out", compute="_compute_counts")
    left_count = fields.Integer("Leads Left as They Are", compute="_compute_counts")
    line_ids = fields.One2many("crm.lead.split.line", "split_id", "Shares")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        context = self.env.context
        if "lead_ids" in fields and context.get("active_model") == "crm.lead":
            values["lead_ids"] = [Command.set(context.get("active_ids") or [])]
        return values

    @api.depends("lead_ids")
    @api.depends_context("uid")
    def _compute_counts(self):
        for split in self:
            split.lead_count = len(split.lead_ids._origin._crm_splittable())
            split.left_count = len(split.lead_ids) - split.lead_count

    def action_confirm(self):
        """Deal the leads out; return the action (dict) that says how many.

        :raise AccessError: when you lead nobody, or not one of these people
        :raise UserError: when nobody is chosen
        """
        self.ensure_one()
        result = self.lead_ids.action_split(
            [
                {"user_id": line.user_id.id, "weight": line.weight}
                for line in self.line_ids
            ]
        )
        return self._crm_success(
            self.env._(
                "%(count)s leads dealt out among %(people)s people.",
                count=sum(share["count"] for share in result["dealt"]),
                people=len(result["dealt"]),
            )
        )
