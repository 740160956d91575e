from odoo import models
from odoo.exceptions import UserError

from ..tools.on_sale import KEEP, KEEP_KEY


class CrmShop(models.Model):
    """From a sale that makes sense to a posted order; see ``crm_shop_sale.py``."""

    _inherit = "crm.shop"

    def _crm_post(self, key, cart):
        """Return the order (sale.order) of a sale, confirmed and paid."""
        partner = self._crm_buyer(cart.partner_id)
        values, listed = self._prepare_sale(cart, partner)
        order = self._crm_make(
            {**values, "is_shop_sale": True, "shop_id": self.id, "shop_key": key}
        )
        total, currency = order.amount_total, order.currency_id
        if cart.total is not None and currency.compare_amounts(cart.total, total):
            raise UserError(
                self.env._(
                    "The prices have changed in the meantime: it is %(total)s now. Tell"
                    " the customer, and post again.",
                    total=currency.format(total),
                )
            )
        self._crm_check_discounts(order, listed)
        payments = self._prepare_payments(cart, order)
        self._crm_finish(order, payments)
        return order

    def _crm_reverse(self, key, order, reason):
        """Return the order (sale.order) that takes a shop sale back."""
        order._crm_lock()
        order._crm_check_reversal()
        # also of what is not on sale any more
        keeping = self.with_context(**{KEEP_KEY: KEEP})
        reversal = keeping._crm_make(order._prepare_reversal(key, reason))
        reversal = reversal.with_env(self.env)._crm_workflow()
        payments = [
            {
                "method_id": payment.method_id.id,
                "amount": -payment.amount,
                "received": -payment.amount,
                "change": 0,
            }
            for payment in order.shop_payment_ids
        ]
        self._crm_finish(reversal, payments)
        return reversal

    def _crm_make(self, values):
        orders = self.env["sale.order"].with_company(self.company_id)
        # a quiet counter: nobody follows it, and no mail tells the cashier of it
        orders = orders.with_context(
            mail_create_nosubscribe=True, tracking_disable=True
        )
        return orders._crm_workflow().create(values)

    def _crm_finish(self, order, payments):
        order.action_confirm()
        order._crm_shop_payment(payments)
        order._crm_shop_delivery()

    def _crm_check_discounts(self, order, listed):
        """Refuse what is cheaper than the cashier may sell.

        :param order: sale.order record
        :param list listed: the price of each line by the price list
        """
        refused = []
        for line, price in zip(order.order_line, listed, strict=True):
            paid = line.price_unit * (1 - line.discount / 100)
            percent = (1 - paid / price) * 100 if price > 0 else line.discount
            if percent > 0 and not line._crm_shop_discount_allowed(percent, paid):
                refused.append(f"{line.product_id.display_name} (-{percent:.1f} %)")
        if refused:
            raise UserError(
                self.env._(
                    "More discount than you may give: %(lines)s. Make it a quotation,"
                    " which others can approve.",
                    lines=", ".join(refused),
                )
            )

    def _prepare_payments(self, cart, order):
        """Return the values (list of dict) of what was paid, change taken off the cash.

        :raise UserError: when it is too little, or more than change can be given of
        """
        methods = self.env["crm.dictionary"].search(
            [("kind", "=", "shop_payment_method")]
        )
        currency = order.currency_id
        payments = []
        for method_id, amount in cart.payments:
            method = methods.filtered(lambda value, id_=method_id: value.id == id_)
            amount = currency.round(amount)
            if not method or amount <= 0:
                raise UserError(self.env._("Choose how the customer pays."))
            payments.append((method, amount))
        paid = sum(amount for _method, amount in payments)
        change = currency.round(paid - order.amount_total)
        if change < 0:
            self._crm_check_on_account(order, -change)
        cash = self._crm_cash_code()
        rest = max(change, 0)
        values = []
        for method, amount in payments:
            back = min(rest, amount) if method.code == cash else 0
            rest = currency.round(rest - back)
            values.append(
                {
                    "method_id": method.id,
                    "amount": currency.round(amount - back),
                    "received": amount,
                    "change": back,
                }
            )
        if rest > 0:
            raise UserError(
                self.env._(
                    "%(amount)s too much, and change is given of cash only.",
                    amount=currency.format(rest),
                )
            )
        return values

    def _crm_check_on_account(self, order, due):
        """Refuse to leave something open for strangers, or in shops that do not."""
        if self.allow_on_account and order.partner_id != self.partner_id:
            return
        raise UserError(
            self.env._(
                "%(amount)s is still to be paid.", amount=order.currency_id.format(due)
            )
        )
