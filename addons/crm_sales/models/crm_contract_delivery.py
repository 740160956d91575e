from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .crm_contract import LIVE


class CrmContractDelivery(models.Model):
    """Something that was delivered: when, how much, and who took it in."""

    _name = "crm.contract.delivery"
    _description = "Delivery Record"
    _inherit = ["crm.workflow.mixin"]
    _order = "date desc, id desc"
    _rec_name = "plan_id"
    _crm_recycle = True
    _crm_change_log = True

    plan_id = fields.Many2one(
        "crm.contract.delivery.plan",
        "Delivery",
        required=True,
        index=True,
        ondelete="cascade",
    )
    contract_id = fields.Many2one(related="plan_id.contract_id", store=True, index=True)
    user_id = fields.Many2one(
        related="plan_id.user_id", string="Owner", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="plan_id.partner_id", string="Customer", store=True, index=True
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    quantity = fields.Float(required=True, default=1, digits="Product Unit")
    receiver = fields.Char("Received By")
    note = fields.Char(help="Such as the number of the delivery note.")

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "The quantity must be greater than zero."
    )

    @api.constrains("quantity", "plan_id")
    def _check_quantity(self):
        for plan in self.plan_id:
            if plan.delivered_quantity > plan.quantity:
                raise ValidationError(
                    self.env._(
                        "More than the planned %(quantity)s of “%(plan)s” cannot be"
                        " delivered. Change the contract first.",
                        quantity=plan.quantity,
                        plan=plan.name,
                    )
                )

    def _crm_change_customers(self):
        return {
            delivery.id: delivery.partner_id.crm_customer_id.id for delivery in self
        }

    @api.model_create_multi
    def create(self, vals_list):
        deliveries = super().create(vals_list)
        deliveries._crm_check_live()
        # sudo: what was delivered has begun, whoever writes it down
        deliveries.sudo().contract_id._crm_begin()
        return deliveries

    def write(self, vals):
        self._crm_check_live()
        result = super().write(vals)
        if "plan_id" in vals:
            self._crm_check_live()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._crm_check_live()

    def _crm_check_live(self):
        """Refuse deliveries of a contract that is not in force."""
        # sudo: whose state it is, is asked of whatever is about to be written
        for contract in self.sudo().plan_id.contract_id:
            if contract.state not in LIVE or contract.origin_id:
                raise UserError(
                    self.env._(
                        "Deliveries are recorded while the contract is in force;"
                        " “%(contract)s” is not.",
                        contract=contract.display_name,
                    )
                )
