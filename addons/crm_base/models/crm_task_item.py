from odoo import fields, models


class CrmTaskItem(models.Model):
    """A line of a task's checklist."""

    _name = "crm.task.item"
    _description = "Checklist Item"
    _order = "task_id, sequence, id"

    task_id = fields.Many2one("crm.task", required=True, index=True, ondelete="cascade")
    name = fields.Char("Item", required=True)
    sequence = fields.Integer(default=10)
    is_done = fields.Boolean("Done", copy=False)
