from decimal import ROUND_HALF_UP, Decimal

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import get_lang

from ..tools.amount_words import amount_in_words, is_chinese, register

register()


class ResCurrency(models.Model):
    _inherit = "res.currency"

    def amount_to_text(self, amount):
        """Return ``amount`` (float) in words; in Chinese, in capital figures (str)."""
        self.ensure_one()
        if isinstance(amount, bool) or not isinstance(amount, (int, float, Decimal)):
            raise UserError(self.env._("This is no amount."))
        lang = get_lang(self.env).code
        if not is_chinese(lang):
            return super().amount_to_text(amount)
        # as it is written, and not as the machine holds it: 1.005 is 1.01
        step = Decimal(repr(self.rounding))
        steps = (Decimal(repr(amount)) / step).quantize(Decimal(1), ROUND_HALF_UP)
        rounded = (steps * step).quantize(Decimal(1).scaleb(-self.decimal_places))
        return amount_in_words(rounded, self.name, lang)
