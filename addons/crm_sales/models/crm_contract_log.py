from odoo import api, fields, models


class CrmContractLog(models.Model):
    """What happened to contracts: one row per step, never changed."""

    _name = "crm.contract.log"
    _description = "Contract History"
    _inherit = ["crm.log.mixin"]
    _rec_name = "contract_name"

    contract_id = fields.Many2one(
        "crm.contract", required=True, index=True, ondelete="cascade"
    )
    contract_name = fields.Char(required=True)
    kind = fields.Selection(
        [
            ("submit", "Submitted"),
            ("withdraw", "Taken Back"),
            ("approve", "Approved"),
            ("refuse", "Refused"),
            ("revise", "Revised"),
            ("sign", "Signed"),
            ("start", "Begun"),
            ("change", "Changed"),
            ("renew", "Renewed"),
            ("done", "Completed"),
            ("terminate", "Terminated"),
            ("cancel", "Cancelled"),
        ],
        "Event",
        required=True,
    )
    reason = fields.Char()
    owner_id = fields.Many2one("res.users", index="btree_not_null")
    partner_id = fields.Many2one("res.partner", "Customer", index="btree_not_null")
    company_id = fields.Many2one("res.company", index=True)
    currency_id = fields.Many2one("res.currency")
    amount = fields.Monetary("Contract Amount")

    @api.model
    def _crm_log_name(self):
        return self.env._("The history of contracts")
