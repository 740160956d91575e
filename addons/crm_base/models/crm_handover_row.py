from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmHandoverRow(models.Model):
    """One record of a hand-over: what happens to it, and what was there before."""

    _name = "crm.handover.row"
    _description = "Row of a Hand-over"
    _inherit = ["crm.sealed.mixin"]
    _order = "stage, id"
    _rec_name = "res_name"

    handover_id = fields.Many2one(
        "crm.handover", required=True, index=True, ondelete="cascade"
    )
    stage = fields.Integer(
        help="Customers come first, then what hangs on them, then everything else."
    )
    run = fields.Integer(help="What arrives while a hand-over runs is a later run.")
    model = fields.Char(required=True)
    model_name = fields.Char("Kind", compute="_compute_model_name")
    field = fields.Char(required=True)
    res_id = fields.Many2oneReference(
        string="Record ID", model_field="model", required=True
    )
    res_name = fields.Char("Record")
    op = fields.Selection(
        [
            ("customer", "Customer to the new owner"),
            ("transfer", "To the successor"),
            ("replace", "Replaced by the successor"),
            ("drop", "Taken out"),
            ("share", "Share renewed or ended"),
            ("team", "Team to the new leader"),
            ("assist", "Assistance to the successor"),
            ("membership", "Membership ended"),
            ("meeting", "Meeting to the successor"),
        ],
        "What Happens",
        required=True,
    )
    to_user_id = fields.Many2one("res.users", "To", ondelete="restrict")
    state = fields.Selection(
        [
            ("todo", "To Do"),
            ("done", "Done"),
            ("failed", "Not Handed Over"),
            ("undone", "Undone"),
            ("changed", "Changed Since"),
        ],
        required=True,
        default="todo",
    )
    message = fields.Char()
    # what undoing needs beside the leaver
    before = fields.Json(readonly=True)

    _record_uniq = models.UniqueIndex("(handover_id, model, field, res_id)")
    _todo_idx = models.Index("(handover_id, stage, id) WHERE state = 'todo'")

    @api.depends("model")
    def _compute_model_name(self):
        # sudo: what models are called is no secret
        models_by_name = self.env["ir.model"].sudo()
        for row in self:
            row.model_name = models_by_name._get(row.model).name if row.model else ""

    def action_open_record(self):
        """Open the record of this row; return the action (dict).

        :raise UserError: it was deleted, or is out of reach by now
        """
        self.ensure_one()
        record = self.env[self.model].browse(self.res_id).exists()
        if not record or not record.has_access("read"):
            raise UserError(
                self.env._(
                    "%(name)s was deleted or is out of your reach by now.",
                    name=self.res_name,
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": self.model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }
