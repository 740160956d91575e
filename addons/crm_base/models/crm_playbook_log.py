from odoo import api, fields, models


class CrmPlaybookLog(models.Model):
    """What became of each step, and when; never changed."""

    _name = "crm.playbook.log"
    _description = "Playbook Log"
    _inherit = ["crm.log.mixin"]
    _rec_name = "step_name"

    run_id = fields.Many2one(
        "crm.playbook.run", required=True, index=True, ondelete="cascade"
    )
    playbook_id = fields.Many2one(related="run_id.playbook_id")
    step_id = fields.Many2one(
        "crm.playbook.step", "Step of the Playbook", ondelete="set null"
    )
    step_name = fields.Char("Step", help="As the step was called at that time.")
    kind = fields.Selection("_selection_kind")
    outcome = fields.Selection(
        [
            ("done", "Done"),
            ("skipped", "Left Out"),
            ("failed", "Has Failed"),
            ("stopped", "Stopped"),
            ("ended", "Finished"),
        ],
        required=True,
    )
    note = fields.Char("Remark")

    # whatever the scheduler does, a step is done once
    _once = models.UniqueIndex(
        "(run_id, step_id) WHERE outcome IN ('done', 'skipped')",
        "This step has been done already.",
    )

    @api.model
    def _selection_kind(self):
        return self.env["crm.playbook.step"]._selection_kind()
