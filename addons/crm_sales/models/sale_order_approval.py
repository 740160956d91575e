from odoo import api, models, tools
from odoo.exceptions import UserError

# what somebody approves: the rest of an order is no question of discounts
APPROVED_FIELDS = frozenset(
    {"company_id", "order_line", "partner_id", "payment_term_id", "pricelist_id"}
)


class SaleOrder(models.Model):
    """Discounts above the limit are approved; meanwhile nobody changes prices."""

    _name = "sale.order"
    _inherit = ["sale.order", "crm.approval.mixin"]
    _crm_approval_amount = "amount_total"
    _crm_approval_discount = "discount_percent"

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def write(self, vals):
        if "state" in vals and not self._crm_in_workflow():
            moved = self.filtered(lambda order: order.state != vals["state"])
            moved._crm_approval_check_free()
        return super().write(vals)

    @api.model
    @tools.ormcache(cache="stable")
    def _crm_approval_covered(self):
        return super()._crm_approval_covered() & APPROVED_FIELDS

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    def _crm_approval_facts(self):
        facts = super()._crm_approval_facts()
        return facts._replace(amount=self._crm_deed_amount())

    def _crm_approval_check_ready(self):
        ready = super()._crm_approval_check_ready()
        if self.state != "draft":
            raise UserError(
                self.env._(
                    "%(order)s is no draft. Set it back to a quotation first.",
                    order=self.name,
                )
            )
        if not self._crm_too_much(self._crm_discount_giver()):
            raise UserError(
                self.env._(
                    "No discount of %(order)s is above your limit: there is nothing to"
                    " approve.",
                    order=self.name,
                )
            )
        return ready

    def _crm_approval_summary(self):
        lines = self._crm_line_discounts()
        most = sorted(lines.items(), key=lambda row: -row[1][0])[:5]
        return [
            *super()._crm_approval_summary(),
            *(
                [
                    line.product_id.display_name,
                    self.env._(
                        "%(quantity)s × %(price)s, %(percent)s%% off the price list",
                        quantity=f"{line.product_uom_qty:g}",
                        price=tools.format_amount(self.env, net, self.currency_id),
                        percent=f"{percent:.2f}",
                    ),
                ]
                for line, (percent, net) in most
                if percent > 0
            ),
        ]

    def _crm_approval_note_changes(self):
        # what was agreed with the customer stays approved; raising a discount of an
        # order asks for the authority to do it
        offers = self.filtered(lambda order: order.state != "sale")
        return super(SaleOrder, offers)._crm_approval_note_changes()
