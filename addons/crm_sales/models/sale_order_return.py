from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import float_round

from .crm_return import GONE

SELLERS = "crm_base.group_salesperson"


class SaleOrder(models.Model):
    """What was given back of an order."""

    _inherit = "sale.order"

    crm_return_ids = fields.One2many(
        "crm.return", "order_id", "Returns", readonly=True, groups=SELLERS
    )
    crm_return_count = fields.Integer(
        "Number of Returns", compute="_compute_crm_return_count", groups=SELLERS
    )

    @api.depends("crm_return_ids")
    def _compute_crm_return_count(self):
        counts = dict(
            self.env["crm.return"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
        )
        for order in self:
            order.crm_return_count = counts.get(order._origin, 0)

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {"crm_return_ids"}

    def _crm_returnable(self, is_all=False):
        """Return how much of each line may still be returned, a dict of line to float.

        :param bool is_all: also lines of which nothing is left (or less)
        """
        lines = self.order_line.filtered(
            lambda line: (
                not line.display_type
                and not line.is_downpayment
                and line.product_uom_qty > 0
            )
        )
        # sudo: what others have asked back is not there twice
        returned = defaultdict(float)
        for line, quantity in (
            self.env["crm.return.line"]
            .sudo()
            ._read_group(
                [
                    ("order_line_id", "in", lines.ids),
                    ("return_id.state", "not in", GONE),
                ],
                ["order_line_id"],
                ["quantity:sum"],
            )
        ):
            returned[line.id] = quantity
        rest = {
            line: float_round(
                line.product_uom_qty - returned[line.id], precision_digits=6
            )
            for line in lines
        }
        return {
            line: quantity for line, quantity in rest.items() if is_all or quantity > 0
        }
