from odoo import fields, models


class CrmPlaybookRun(models.Model):
    """What ends the runs of opportunities."""

    _inherit = "crm.playbook.run"

    stage_id = fields.Many2one(
        "crm.stage", "Stage at the Start", readonly=True, ondelete="set null"
    )
    reason = fields.Selection(
        selection_add=[
            ("won", "Won"),
            ("lost", "Lost"),
            ("reopened", "Reopened"),
            ("stage", "In Another Stage"),
        ],
        ondelete={
            "won": "set null",
            "lost": "set null",
            "reopened": "set null",
            "stage": "set null",
        },
    )
