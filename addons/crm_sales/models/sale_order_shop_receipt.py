from decimal import Decimal

from odoo import models
from odoo.tools import format_datetime

from odoo.addons.crm_base.tools.amount_words import amount_in_words, is_chinese


class SaleOrder(models.Model):
    """The receipt of a shop sale."""

    _inherit = "sale.order"

    def _crm_shop_receipt(self, paper=""):
        """Return the receipt (Markup, a whole page).

        :param str paper: ``58``, ``80`` or ``a4``, "" for what the shop has
        """
        self.ensure_one()
        lang = self.env.lang or "en_US"
        currency = self.currency_id
        paper = paper or self.shop_id.receipt_format
        words = ""
        if paper == "a4" and is_chinese(lang):
            amount = Decimal(f"{self.amount_total:.{currency.decimal_places}f}")
            words = amount_in_words(amount, currency.name, lang)
        return self.env["ir.qweb"]._render(
            "crm_sales.shop_receipt",
            {
                "order": self,
                "shop": self.shop_id,
                "paper": paper,
                "lang": lang.replace("_", "-"),
                "time": format_datetime(self.env, self.date_order),
                "money": currency.format,
                "words": words,
                "change": sum(self.shop_payment_ids.mapped("change")),
            },
        )
