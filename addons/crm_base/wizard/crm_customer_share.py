from odoo import fields, models


class CrmCustomerShare(models.TransientModel):
    """Lends customers to colleagues."""

    _name = "crm.customer.share"
    _description = "Share Customers"
    _inherit = ["crm.customer.batch.mixin"]

    user_ids = fields.Many2many(
        "res.users",
        string="Colleagues",
        required=True,
        domain="[('share', '=', False)]",
    )
    mode = fields.Selection(
        lambda self: (
            self.env["crm.share"]._fields["mode"]._description_selection(self.env)
        ),
        "Right",
        required=True,
        default="read",
    )
    until = fields.Date("Valid Until")

    def action_share(self):
        """Share the customers; return the action (dict) that closes the dialog."""
        self.ensure_one()
        self.partner_ids.action_share(self.user_ids.ids, self.mode, self.until)
        return {"type": "ir.actions.act_window_close"}
