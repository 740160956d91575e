from odoo import fields, models


class CrmProductDecision(models.TransientModel):
    """Stopping products, or returning them to who submitted them, with the reason."""

    _name = "crm.product.decision"
    _description = "Stop or Return Products"
    _inherit = ["crm.wizard.mixin"]

    product_ids = fields.Many2many("product.template", string="Products", readonly=True)
    kind = fields.Selection(
        [("stop", "Stop Selling"), ("return", "Return")], required=True, default="stop"
    )
    reason = fields.Char()

    def action_confirm(self):
        """Do it; return the action that closes the dialog (dict).

        :raise UserError: without a reason, or when it is not possible now
        """
        self.ensure_one()
        if self.kind == "stop":
            self.product_ids.action_stop(self.reason)
            return self._crm_success(self.env._("No longer sold"))
        self.product_ids.action_return(self.reason)
        return self._crm_success(self.env._("Returned"))
