from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from odoo.addons.crm_base.tools.arguments import as_number


class SaleOrder(models.Model):
    """The total of an order set by hand, and the notice that it was.

    What is missing to the agreed total becomes a line of its own, by Odoo's own
    discount, which reaches it to the cent whatever the taxes are.
    """

    _inherit = "sale.order"

    amount_manual = fields.Monetary(
        "Agreed Total",
        readonly=True,
        copy=False,
        help="The total that was agreed on, when it was set by hand.",
    )
    amount_before_manual = fields.Monetary(
        "Total Before", readonly=True, copy=False, help="What the lines made before."
    )
    is_amount_manual = fields.Boolean("Total Set by Hand", readonly=True, copy=False)
    amount_manual_notice = fields.Char(
        "Notice on the Total", compute="_compute_amount_manual_notice"
    )

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "amount_before_manual",
            "amount_manual",
            "is_amount_manual",
        }

    @api.depends(
        "is_amount_manual", "amount_manual", "amount_before_manual", "amount_total"
    )
    @api.depends_context("lang")
    def _compute_amount_manual_notice(self):
        for order in self:
            if not order.is_amount_manual:
                order.amount_manual_notice = False
                continue
            agreed, before, now = (
                formatLang(self.env, amount, currency_obj=order.currency_id)
                for amount in (
                    order.amount_manual,
                    order.amount_before_manual,
                    order.amount_total,
                )
            )
            if order._crm_is_total_kept():
                order.amount_manual_notice = self.env._(
                    "The total was set by hand: %(agreed)s instead of %(before)s.",
                    agreed=agreed,
                    before=before,
                )
            else:
                order.amount_manual_notice = self.env._(
                    "The total was set by hand to %(agreed)s, but the lines make"
                    " %(now)s now. Set it again, or take it back.",
                    agreed=agreed,
                    now=now,
                )

    def _crm_is_total_kept(self):
        """Return whether the total is still the one that was set by hand (bool)."""
        self.ensure_one()
        return not self.currency_id.compare_amounts(
            self.amount_total, self.amount_manual
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_set_total(self, amount):
        """Set the total of a quotation, with taxes, by hand.

        :param float amount: in the currency of the quotation, from 0 on
        :return: True
        :raise UserError: it is confirmed already, or this is no such amount
        """
        self.ensure_one()
        self.check_access("write")
        amount = as_number(amount)
        if amount is None or amount < 0 or amount > 10**15:
            raise UserError(self.env._("This is no amount."))
        self._crm_clear_total()
        before, agreed = self.amount_total, self.currency_id.round(amount)
        if self.currency_id.compare_amounts(before, agreed):
            self._crm_add_difference(before - agreed)
            if self.currency_id.compare_amounts(self.amount_total, agreed):
                raise UserError(
                    self.env._("The lines cannot be brought to this total.")
                )
        self._crm_workflow().write(
            {
                "is_amount_manual": True,
                "amount_manual": agreed,
                "amount_before_manual": before,
            }
        )
        self.message_post(body=self.amount_manual_notice)
        return True

    def action_reset_total(self):
        """Take back a total set by hand: it follows from the lines again.

        :return: True
        :raise UserError: it is confirmed already
        """
        self.ensure_one()
        self.check_access("write")
        self._crm_clear_total()
        self._crm_workflow().write(
            {
                "is_amount_manual": False,
                "amount_manual": 0,
                "amount_before_manual": 0,
            }
        )
        return True

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_clear_total(self):
        """Delete the line that makes up for the difference to an agreed total."""
        if self.state not in ("draft", "sent"):
            raise UserError(
                self.env._("The total of %(order)s is fixed.", order=self.name)
            )
        self.order_line.filtered("is_total_difference").unlink()

    def _crm_add_difference(self, amount):
        """Add what makes up for a difference, above zero for a reduction (float)."""
        before = self.order_line
        # sudo: the product of the discount is made by the first one who needs it
        wizard = self.env["sale.order.discount"].sudo()
        wizard = wizard.create(
            {
                "sale_order_id": self.id,
                "discount_type": "amount",
                "discount_amount": amount,
            }
        )
        wizard._create_discount_lines()
        (self.order_line - before).write({"is_total_difference": True})
