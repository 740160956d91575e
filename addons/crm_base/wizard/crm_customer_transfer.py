from odoo import api, fields, models


class CrmCustomerTransfer(models.TransientModel):
    """Moves one or many customers to another owner, with what hangs on them."""

    _name = "crm.customer.transfer"
    _description = "Transfer Customers"
    _inherit = ["crm.customer.batch.mixin"]

    user_id = fields.Many2one(
        "res.users",
        "New Owner",
        required=True,
        domain=lambda self: self._domain_user_id(),
    )
    reason = fields.Char(required=True)
    with_open = fields.Boolean(
        "Hand Over Open Work",
        default=True,
        help="Planned follow-ups and activities go to the new owner as well.",
    )

    @api.model
    def _domain_user_id(self):
        return [
            ("share", "=", False),
            ("all_group_ids", "in", self.env.ref("crm_base.group_salesperson").ids),
        ]

    def action_transfer(self):
        """Transfer the customers; return the action (dict) that says how many."""
        self.ensure_one()
        result = self.partner_ids.action_transfer(
            self.user_id.id, self.reason, self.with_open
        )
        # whoever gave them away may no longer see them
        return self._crm_success(
            self.env._(
                "%(count)s customers now belong to %(user)s.",
                count=result["moved"],
                user=self.user_id.name,
            )
        )
