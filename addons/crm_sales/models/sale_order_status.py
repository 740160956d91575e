from odoo import api, fields, models

DELIVERY = [
    ("none", "Nothing Delivered"),
    ("partial", "Partly Delivered"),
    ("done", "All Delivered"),
]
PAYMENT = [("none", "Unpaid"), ("partial", "Partly Paid"), ("done", "Fully Paid")]


def progress_of(reached, whole):
    """Return how far something is (str), none, partial or done."""
    if reached <= 0:
        return "none"
    return "done" if reached >= whole else "partial"


class SaleOrder(models.Model):
    """How far an order is: computed from its lines, invoices and payments."""

    _inherit = "sale.order"

    crm_delivery_state = fields.Selection(
        DELIVERY,
        "Delivery",
        compute="_compute_crm_delivery_state",
        store=True,
        help="From the delivered quantities of the lines. Empty until it is confirmed.",
    )
    crm_paid_amount = fields.Monetary(
        "Paid Amount",
        compute="_compute_crm_payment",
        store=True,
        help="What the customer has paid of this order, by invoice and online.",
    )
    crm_payment_state = fields.Selection(
        PAYMENT, "Payment", compute="_compute_crm_payment", store=True
    )

    def _crm_workflow_fields(self):
        # amounts are what figures of sales are made of
        return super()._crm_workflow_fields() | {
            "amount_tax",
            "amount_total",
            "amount_untaxed",
            "crm_delivery_state",
            "crm_paid_amount",
            "crm_payment_state",
        }

    @api.depends(
        "state",
        "order_line.display_type",
        "order_line.is_downpayment",
        "order_line.product_uom_qty",
        "order_line.qty_delivered",
    )
    def _compute_crm_delivery_state(self):
        for order in self:
            goods = order.order_line.filtered(
                lambda line: (
                    not line.display_type
                    and not line.is_downpayment
                    and line.product_uom_qty > 0
                )
            )
            if order.state != "sale" or not goods:
                order.crm_delivery_state = False
                continue
            stages = {
                progress_of(line.qty_delivered, line.product_uom_qty) for line in goods
            }
            order.crm_delivery_state = stages.pop() if len(stages) == 1 else "partial"

    @api.depends(
        "state",
        "amount_total",
        "transaction_ids.amount",
        "transaction_ids.invoice_ids",
        "transaction_ids.state",
        "order_line.invoice_lines.price_total",
        "order_line.invoice_lines.move_id.amount_residual",
        "order_line.invoice_lines.move_id.state",
    )
    def _compute_crm_payment(self):
        paid = self._crm_order_payment()
        for order in self:
            amount = paid.get(order, 0)
            order.crm_paid_amount = amount
            order.crm_payment_state = (
                progress_of(amount, order.amount_total)
                if order.state == "sale"
                else False
            )

    def _crm_order_payment(self):
        """Hook: return what was paid of orders, a dict of order to amount (float).

        In the order's currency. Payments of posted invoices count with the part that
        the order has in the invoice, online payments while no invoice has them.
        """
        paid = {}
        for order in self:
            online = order.transaction_ids.filtered(
                lambda payment: (
                    payment.state in ("authorized", "done") and not payment.invoice_ids
                )
            )
            amount = sum(online.mapped("amount"))
            for line in order.order_line.invoice_lines:
                move = line.move_id
                if move.state != "posted" or not move.amount_total:
                    continue
                sign = -1 if move.move_type == "out_refund" else 1
                settled = 1 - move.amount_residual / move.amount_total
                amount += sign * line.price_total * settled
            paid[order] = order.currency_id.round(amount) if amount else 0
        return paid
