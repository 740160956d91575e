from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .crm_contract_part import origin_of


class CrmCollectionPlan(models.Model):
    """What a customer pays, and when, by the contract or the order.

    What has been paid is known to the addon of finance, which adds it here.
    """

    _name = "crm.collection.plan"
    _description = "Payment Plan"
    _inherit = ["crm.contract.part"]
    _order = "date_due, id"
    _rec_name = "phase"
    _crm_part_fields = ("phase", "condition", "percent", "amount", "date_due")

    origin_id = origin_of("crm.collection.plan")
    phase = fields.Char(
        "Instalment", required=True, help="Such as advance, on delivery, retention."
    )
    condition = fields.Char(help="Such as seven days after signing.")
    percent = fields.Float("Share (%)", digits=(5, 2))
    amount = fields.Monetary(
        compute="_compute_amount", store=True, readonly=False, precompute=True
    )
    date_due = fields.Date("Due On", index=True)

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "An instalment cannot be below zero."
    )

    @api.depends("percent", "contract_id.amount_total")
    def _compute_amount(self):
        for plan in self:
            if plan.percent and plan.contract_id:
                contract = plan.contract_id
                plan.amount = contract.currency_id.round(
                    contract.amount_total * plan.percent / 100
                )

    @api.constrains("percent")
    def _check_percent(self):
        if any(not 0 <= plan.percent <= 100 for plan in self):
            raise ValidationError(self.env._("A share lies between 0 and 100 %."))
