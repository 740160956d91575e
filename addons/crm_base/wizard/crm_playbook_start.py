from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmPlaybookStart(models.TransientModel):
    """Asks which playbook chosen records start."""

    _name = "crm.playbook.start"
    _description = "Start Playbook"
    _inherit = ["crm.wizard.mixin"]

    res_model = fields.Char(required=True, readonly=True)
    res_ids = fields.Char(required=True, readonly=True)
    playbook_id = fields.Many2one(
        "crm.playbook",
        required=True,
        domain="[('id', 'in', offered_ids)]",
    )
    offered_ids = fields.Many2many("crm.playbook", compute="_compute_offered_ids")
    record_count = fields.Integer("Chosen", compute="_compute_record_count")
    steps = fields.Text("What Will Be Done", compute="_compute_steps")
    left_out = fields.Text(compute="_compute_left_out")

    @api.depends("res_ids")
    def _compute_record_count(self):
        for wizard in self:
            wizard.record_count = len(wizard._crm_ids())

    @api.depends("res_model", "res_ids")
    @api.depends_context("uid")
    def _compute_offered_ids(self):
        for wizard in self:
            domain = wizard._crm_records()._crm_playbook_choice()
            wizard.offered_ids = self.env["crm.playbook"].search(domain)

    @api.depends("playbook_id")
    def _compute_steps(self):
        for wizard in self:
            wizard.steps = "\n".join(
                f"{step.timing} · {step.name}" for step in wizard.playbook_id.step_ids
            )

    @api.depends("playbook_id", "res_ids")
    def _compute_left_out(self):
        for wizard in self:
            lines = []
            if wizard.playbook_id:
                records = wizard._crm_records()
                reasons = wizard.playbook_id._crm_left_out(records)
                lines = [
                    f"{record.display_name}: {reasons[record.id]}"
                    for record in records
                    if record.id in reasons
                ]
            wizard.left_out = "\n".join(lines)

    def _crm_ids(self):
        """Return the ids (list of int) of the chosen records."""
        texts = (self.res_ids or "").split(",")
        return [int(text) for text in texts if text.isdecimal() and len(text) < 10]

    def _crm_records(self):
        """Return the chosen records, after checking that they can be in playbooks."""
        if self.res_model not in self.env["crm.playbook"]._crm_models():
            raise UserError(self.env._("These records do not run in playbooks."))
        records = self.env[self.res_model].browse(self._crm_ids()).exists()
        records.check_access("write")
        return records

    def action_start(self):
        """Start the playbook; return the action (dict) that says what was done."""
        self.ensure_one()
        result = self._crm_records().action_start_playbook(self.playbook_id.id)
        message = self.env._("%(count)s started", count=result["started"])
        if result["left_out"]:
            message += self.env._(", %(count)s left out", count=len(result["left_out"]))
        return self._crm_success(message)
