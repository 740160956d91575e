from odoo import fields, models


class CrmTaskLog(models.Model):
    """What happened to a task, who did it and why; never changed."""

    _name = "crm.task.log"
    _description = "Task History"
    _inherit = ["crm.log.mixin"]
    _rec_name = "kind"

    task_id = fields.Many2one("crm.task", required=True, index=True, ondelete="cascade")
    kind = fields.Selection(
        [
            ("start", "Started"),
            ("done", "Finished"),
            ("confirm", "Confirmed"),
            ("return", "Sent Back"),
            ("cancel", "Cancelled"),
            ("handover", "Handed Over"),
        ],
        "Event",
        required=True,
    )
    from_user_id = fields.Many2one("res.users", "From")
    to_user_id = fields.Many2one("res.users", "To")
    reason = fields.Char()
