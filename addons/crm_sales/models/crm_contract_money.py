from odoo import api, fields, models

from .crm_contract import BINDING


class CrmContract(models.Model):
    """How much of a contract is invoiced and paid, and whether it is late."""

    _inherit = "crm.contract"

    invoiced_amount = fields.Monetary(compute="_compute_money")
    collected_amount = fields.Monetary(compute="_compute_money")
    residual_amount = fields.Monetary("Still to Collect", compute="_compute_money")
    payment_state = fields.Selection(
        [
            ("none", "Nothing Paid"),
            ("partial", "Partly Paid"),
            ("paid", "Paid"),
            ("overdue", "Overdue"),
        ],
        "Payment",
        compute="_compute_money",
    )

    @api.depends("state", "amount_total", "collection_plan_ids.date_due", "order_ids")
    def _compute_money(self):
        money = self._crm_contract_money()
        today = fields.Date.context_today(self)
        for contract in self:
            invoiced, collected = money.get(contract._origin.id, (0, 0))
            contract.invoiced_amount = invoiced
            contract.collected_amount = collected
            contract.residual_amount = contract.amount_total - collected
            contract.payment_state = contract._crm_payment_state(collected, today)

    def _crm_payment_state(self, collected, today):
        """Return how far the customer has paid, a value of ``payment_state``."""
        compare = self.currency_id.compare_amounts if self.currency_id else None
        if self.state not in BINDING or not compare:
            return "none"
        if self.amount_total and compare(collected, self.amount_total) >= 0:
            return "paid"
        due = sum(
            plan.amount
            for plan in self.collection_plan_ids
            if plan.date_due and plan.date_due < today
        )
        if compare(collected, due) < 0:
            return "overdue"
        return "partial" if compare(collected, 0) > 0 else "none"

    def _crm_contract_money(self):
        """Hook: return what is invoiced and collected, a dict of id to two amounts.

        In the currency of the contract. Here it is that of the invoices of its orders;
        whoever knows of payments that belong to a contract adds them.
        """
        found = {}
        # sudo: how far a contract in sight is paid is no secret of the bookkeepers
        for contract in self._origin.sudo():
            invoiced = collected = 0
            for move in contract.order_ids.invoice_ids:
                if move.state != "posted" or not move.is_sale_document():
                    continue
                sign = -1 if move.move_type == "out_refund" else 1
                date = move.invoice_date or fields.Date.context_today(self)
                total, residual = (
                    move.currency_id._convert(
                        amount, contract.currency_id, contract.company_id, date
                    )
                    for amount in (move.amount_total, move.amount_residual)
                )
                invoiced += sign * total
                collected += sign * (total - residual)
            found[contract.id] = (invoiced, collected)
        return found
