from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .crm_lead_stage import SELLERS


class SaleOrder(models.Model):
    """A quotation becomes a contract in one step."""

    _inherit = "sale.order"

    contract_id = fields.Many2one(
        "crm.contract",
        groups=SELLERS,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        copy=False,
        domain="[('partner_id', '=', partner_id), ('origin_id', '=', False)]",
    )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("contract_id"):
            self._crm_check_contract()
        return result

    def _crm_check_contract(self):
        """Refuse contracts out of sight and of other customers."""
        if not self.env.su:
            self.contract_id.check_access("read")
        for order in self:
            # sudo: whose contract it is was just checked
            customer = order.sudo().contract_id.partner_id.crm_customer_id
            if customer - order.sudo().partner_id.crm_customer_id:
                raise UserError(self.env._("The contract is one of another customer."))

    def action_make_contract(self):
        """Write the contract of a quotation or order, or open the one that is there.

        :return: the action (dict) that opens the contract
        :raise AccessError: somebody else's quotation
        :raise UserError: the quotation is cancelled, or not for a customer
        """
        self.ensure_one()
        self.check_access("write")
        contract = self.contract_id
        if not contract:
            if self.state == "cancel":
                raise UserError(self.env._("This quotation is cancelled."))
            contract = self.env["crm.contract"].create(self._crm_contract_values())
            self.contract_id = contract
        return contract._crm_open_form()

    def _crm_contract_values(self):
        """Hook: return the values (dict) of the contract of this quotation.

        Call ``super()`` first and change what it returns.
        """
        self.ensure_one()
        # sudo: the customer of a quotation in hand
        customer = self.sudo().partner_id.crm_customer_id
        if not customer:
            raise UserError(
                self.env._("A contract is made with a customer. Enter this one first.")
            )
        lines = self.order_line.filtered(lambda line: not line.display_type)
        return {
            "name": self.opportunity_id.name or self.client_order_ref or self.name,
            "partner_id": customer.id,
            "opportunity_id": self.opportunity_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "user_id": self.user_id.id or self.env.uid,
            "payment_terms": self.payment_term_id.name,
            "line_ids": [
                Command.create(line._crm_contract_line_values()) for line in lines
            ],
        }
