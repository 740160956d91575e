from odoo import api, fields, models


class CrmStageChange(models.TransientModel):
    """Taking opportunities to a stage, and passing conditions over with a reason."""

    _name = "crm.stage.change"
    _description = "Move to Stage"
    _inherit = ["crm.wizard.mixin"]

    lead_ids = fields.Many2many("crm.lead", string="Opportunities", readonly=True)
    stage_ids = fields.Many2many(
        "crm.stage", string="Stages", compute="_compute_stage_ids"
    )
    stage_id = fields.Many2one(
        "crm.stage",
        required=True,
        ondelete="cascade",
        compute="_compute_stage_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', stage_ids)]",
    )
    missing = fields.Text(compute="_compute_missing")
    may_skip = fields.Boolean(compute="_compute_missing")
    reason = fields.Char("Reason for Skipping")
    note = fields.Text("Note on the Stage")

    @api.depends("lead_ids")
    def _compute_stage_ids(self):
        for change in self:
            stages = [lead._crm_stages() for lead in change.lead_ids]
            common = stages[0] if stages else self.env["crm.stage"]
            for others in stages[1:]:
                common &= others
            change.stage_ids = common

    @api.depends("lead_ids")
    def _compute_stage_id(self):
        for change in self:
            following = [lead._crm_next_stage() for lead in change.lead_ids]
            change.stage_id = following[0] if following else False

    @api.depends("lead_ids", "stage_id")
    @api.depends_context("uid", "lang")
    def _compute_missing(self):
        for change in self:
            lines = []
            leads = change.lead_ids._filtered_access("read") if change.stage_id else ()
            for lead in leads:
                # sudo: what is missing of an opportunity that the reader sees
                missing = lead._origin.sudo()._crm_missing_ahead(change.stage_id)
                lines += [f"{lead.name}: {text}" for text in missing]
            change.missing = "\n".join(lines)
            change.may_skip = bool(lines) and change.stage_id._crm_may_skip()

    def action_confirm(self):
        """Move the opportunities; return the action that closes the dialog (dict).

        :raise ValidationError: tells what is missing
        """
        self.ensure_one()
        self.lead_ids.action_move_stage(self.stage_id.id, self.reason, self.note)
        return self._crm_success(
            self.env._("Moved to “%(stage)s”", stage=self.stage_id.name)
        )
