from odoo import fields, models
from odoo.tools import float_compare


class ProductTemplate(models.Model):
    """The price below which nobody sells on one's own authority."""

    _inherit = "product.template"

    floor_price = fields.Float(
        min_display_digits="Product Price",
        tracking=True,
        groups="crm_base.group_salesperson,sales_team.group_sale_salesman",
        help="The lowest price of a unit, after all discounts. Selling below it needs"
        " an approval, unless a director does it. 0 for none.",
    )

    _floor_price_positive = models.Constraint(
        "CHECK (floor_price >= 0)", "A floor price is not below zero."
    )

    def _crm_below_floor(self, user, price):
        """Return whether a price is one that somebody may not ask alone (bool).

        :param user: res.users record, whose authority counts
        :param float price: of one unit, in the currency of the product
        """
        self.ensure_one()
        floor = self.sudo().floor_price  # sudo: it binds whoever sells
        if not floor or user._crm_has_group("crm_base.group_director"):
            return False
        return (
            float_compare(
                price, floor, precision_rounding=self.currency_id.rounding or 0.01
            )
            < 0
        )
