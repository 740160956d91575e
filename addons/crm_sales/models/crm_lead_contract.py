from odoo import fields, models
from odoo.exceptions import UserError

from .crm_lead_stage import SELLERS


class CrmLead(models.Model):
    """Contracts of an opportunity."""

    _inherit = "crm.lead"

    contract_ids = fields.One2many(
        "crm.contract", "opportunity_id", "Contracts", groups=SELLERS
    )
    contract_count = fields.Integer(compute="_compute_contract_count", groups=SELLERS)

    def _compute_contract_count(self):
        domain = [("opportunity_id", "in", self.ids), ("origin_id", "=", False)]
        counts = dict(
            self.env["crm.contract"]._read_group(
                domain, ["opportunity_id"], ["__count"]
            )
        )
        for lead in self:
            lead.contract_count = counts.get(lead._origin, 0)

    def action_make_contract(self):
        """Write a contract for an opportunity, with what is known of it.

        :return: the action (dict) that opens the contract
        :raise AccessError: somebody else's opportunity
        :raise UserError: it has no customer yet
        """
        self.ensure_one()
        self.check_access("write")
        contract = self.env["crm.contract"].create(self._crm_contract_values())
        return contract._crm_open_form()

    def _crm_contract_values(self):
        """Hook: return the values (dict) of a contract for this opportunity.

        Call ``super()`` first and change what it returns.
        """
        self.ensure_one()
        # sudo: the customer of an opportunity in hand
        customer = self.sudo().partner_id.crm_customer_id
        if self.type != "opportunity" or not customer:
            raise UserError(
                self.env._("A contract is made with a customer. Choose one first.")
            )
        return {
            "name": self.name,
            "partner_id": customer.id,
            "opportunity_id": self.id,
            "company_id": (self.company_id or self.env.company).id,
            "user_id": self.user_id.id or self.env.uid,
            "amount_total": self.expected_revenue,
        }

    def action_open_contracts(self):
        """Return the action (dict) that lists the contracts of this opportunity."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Contracts"),
            "res_model": "crm.contract",
            "views": [(False, "list"), (False, "form")],
            "domain": [("opportunity_id", "=", self.id), ("origin_id", "=", False)],
            "context": {"default_opportunity_id": self.id},
        }
