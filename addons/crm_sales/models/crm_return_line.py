from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmReturnLine(models.Model):
    """Goods of one line of an order that are given back; the analysis of returns."""

    _name = "crm.return.line"
    _description = "Returned Goods"
    _inherit = ["crm.workflow.mixin"]
    _order = "return_id desc, id"
    _rec_name = "product_id"
    _crm_recycle = True
    _crm_recycle_parents = ("return_id", "order_line_id")

    return_id = fields.Many2one(
        "crm.return", required=True, index=True, ondelete="cascade"
    )
    order_line_id = fields.Many2one(
        "sale.order.line",
        "Goods Sold",
        required=True,
        index=True,
        ondelete="restrict",
    )
    product_id = fields.Many2one(
        related="order_line_id.product_id", store=True, index=True, precompute=True
    )
    product_uom_id = fields.Many2one(related="order_line_id.product_uom_id")
    quantity = fields.Float(digits="Product Unit", default=1, required=True)
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        precompute=True,
        help="What the customer paid for it, tax included.",
    )
    currency_id = fields.Many2one(
        related="order_line_id.currency_id", store=True, precompute=True
    )
    partner_id = fields.Many2one(
        related="return_id.partner_id", store=True, index=True, precompute=True
    )
    user_id = fields.Many2one(
        related="return_id.user_id",
        string="Person in Charge",
        store=True,
        index=True,
        precompute=True,
    )
    company_id = fields.Many2one(
        related="return_id.company_id", store=True, index=True, precompute=True
    )
    reason_id = fields.Many2one(
        related="return_id.reason_id", store=True, index=True, precompute=True
    )
    state = fields.Selection(
        related="return_id.state", store=True, index=True, precompute=True
    )
    source = fields.Selection(related="return_id.source", store=True, precompute=True)

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "The quantity of returned goods is above zero."
    )
    _once = models.UniqueIndex(
        "(return_id, order_line_id)", "These goods stand on the return already."
    )

    @api.depends("quantity", "order_line_id")
    def _compute_amount(self):
        for line in self:
            sold = line.order_line_id
            whole = sold.product_uom_qty
            share = line.quantity / whole if whole else 0
            line.amount = sold.currency_id.round(sold.price_total * share)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.return_id._crm_check_undecided()
        lines._crm_check_lines()
        return lines

    def write(self, vals):
        self.return_id._crm_check_undecided()
        result = super().write(vals)
        self._crm_check_lines()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self.return_id._crm_check_undecided()

    def _crm_check_lines(self):
        """Refuse goods of another order, and more than were sold."""
        for line in self:
            if line.order_line_id.order_id != line.return_id.order_id:
                raise UserError(
                    self.env._("Only goods of the order itself are returned of it.")
                )
        self.return_id._crm_check_order()
