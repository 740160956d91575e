from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class CrmApprovalSimulation(models.TransientModel):
    """Who would approve this? Asked before a rule is published."""

    _name = "crm.approval.simulation"
    _description = "Who Would Approve"

    model = fields.Selection("_selection_model", "Documents", required=True)
    document_id = fields.Many2oneReference(
        string="As This Document", model_field="model", help="Empty for one assumed."
    )
    user_id = fields.Many2one(
        "res.users",
        "Submitted By",
        domain=[("share", "=", False)],
        default=lambda self: self.env.user,
    )
    team_id = fields.Many2one("crm.team", "Department")
    amount = fields.Float(digits=(16, 2))
    discount = fields.Float("Discount (%)", digits=(5, 2))
    include_drafts = fields.Boolean(
        "Drafts Too",
        default=lambda self: self.env["crm.approval.rule"].has_access("write"),
    )
    result = fields.Html(compute="_compute_result", sanitize=False)

    @api.model
    def _selection_model(self):
        return self.env["crm.approval.rule"]._selection_model()

    @api.depends(
        "model",
        "document_id",
        "user_id",
        "team_id",
        "amount",
        "discount",
        "include_drafts",
    )
    def _compute_result(self):
        for simulation in self:
            found, problem = {}, ""
            try:
                found = simulation._crm_ask()
            except (UserError, ValidationError) as error:
                problem = str(error)
            simulation.result = self.env["ir.qweb"]._render(
                "crm_base.approval_simulation", {"found": found, "problem": problem}
            )

    def _crm_ask(self):
        if not self.model:
            return {}
        document = self.document_id
        values = {"user_id": self.user_id.id, "team_id": self.team_id.id}
        if not document or self.amount:
            values["amount"] = self.amount
        if not document or self.discount:
            values["discount"] = self.discount
        return self.env["crm.approval.rule"].get_approvers(
            self.model,
            {name: value for name, value in values.items() if value},
            document or 0,
            self.include_drafts,
        )
