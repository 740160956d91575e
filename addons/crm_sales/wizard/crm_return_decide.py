from odoo import fields, models


class CrmReturnDecide(models.TransientModel):
    """Agreeing to a return or refusing it, with a note for the customer."""

    _name = "crm.return.decide"
    _description = "Decide on a Return"
    _inherit = ["crm.wizard.mixin"]

    return_ids = fields.Many2many("crm.return", string="Returns", readonly=True)
    decision = fields.Selection(
        [("approve", "Approve"), ("refuse", "Refuse")],
        required=True,
        default="approve",
    )
    note = fields.Char("Note for the Customer")

    def action_confirm(self):
        """Decide on the returns; return the action (dict) that closes the dialog.

        :raise UserError: when they were decided already, or a refusal has no note
        """
        self.ensure_one()
        if self.decision == "approve":
            self.return_ids.action_approve(self.note or "")
            return self._crm_success(self.env._("Approved"))
        self.return_ids.action_refuse(self.note or "")
        return self._crm_success(self.env._("Refused"))
