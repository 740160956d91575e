from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_base.tools.arguments import as_number

from ..tools.line_amounts import Digits, Line, LineError, exact, reach, total_of

# what a total follows from, as the tool calls it
PARTS = {"price_unit": "price", "product_uom_qty": "quantity", "discount": "discount"}


class SaleOrderLine(models.Model):
    """The total of a line can be typed as well; see ``tools/line_amounts.py``."""

    _inherit = "sale.order.line"

    line_total = fields.Monetary(
        compute="_compute_line_total",
        readonly=False,
        help="What the line costs in terms of its price: with taxes, if the price"
        " includes them. When it is changed, the unit price follows.",
    )

    @api.depends("price_unit", "product_uom_qty", "discount", "currency_id")
    def _compute_line_total(self):
        digits = self._crm_digits()
        for line in self:
            line.line_total = float(total_of(line._crm_parts(), line._crm_unit(digits)))

    @api.onchange("line_total")
    def _onchange_line_total(self):
        if not self.display_type:
            self.update(self._crm_reach(self.line_total, ()))

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        bare = [
            {name: value for name, value in vals.items() if name != "line_total"}
            for vals in vals_list
        ]
        lines = super().create(bare)
        for line, vals in zip(lines, vals_list, strict=True):
            line._crm_write_total(vals)
        return lines

    def write(self, vals):
        if "line_total" not in vals:
            return super().write(vals)
        bare = {name: value for name, value in vals.items() if name != "line_total"}
        result = super().write(bare) if bare else True
        for line in self:
            line._crm_write_total(vals)
        return result

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_write_total(self, vals):
        """Make this line cost what was written, along with the rest of the values."""
        total = as_number(vals.get("line_total"))
        if total is None or self.display_type:
            return
        changes = self._crm_reach(total, [name for name in PARTS if name in vals])
        if changes:
            self.write(changes)

    def _crm_reach(self, total, given):
        """Return the values (dict) by which this line costs a total.

        :param float total: what it is to cost
        :param given: names of the fields that were given along with it
        :raise UserError: it cannot cost that much
        """
        self.ensure_one()
        line, digits = self._crm_parts(), self._crm_unit(self._crm_digits())
        known = {PARTS[name] for name in given}
        try:
            found = reach(line, exact(total), known, digits)
        except LineError as error:
            raise UserError(self._crm_total_refusal(error.args[0], total)) from error
        return {
            name: float(getattr(found, part))
            for name, part in PARTS.items()
            if getattr(found, part) != getattr(line, part)
        }

    def _crm_total_refusal(self, why, total):
        """Return the text (str) that refuses a total."""
        names = {"line": self.name or "", "total": total}
        if why == "quantity":
            return self.env._(
                "%(line)s: enter a quantity before a total of %(total)s.", **names
            )
        if why == "free":
            return self.env._(
                "%(line)s is given away, it cannot cost %(total)s. Take back the"
                " discount first.",
                **names,
            )
        return self.env._(
            "%(line)s: price, quantity and discount do not make a total of %(total)s."
            " Leave out one of them, and it follows.",
            **names,
        )

    def _crm_parts(self):
        """Return what makes the total of this line (Line)."""
        return Line(
            exact(self.price_unit), exact(self.product_uom_qty), exact(self.discount)
        )

    @api.model
    def _crm_digits(self):
        """Return how exact prices, quantities and discounts are (Digits)."""
        places = self.env["decimal.precision"].precision_get
        return Digits(
            Decimal("0.01"),
            places("Product Price"),
            places("Product Unit"),
            places("Discount"),
        )

    def _crm_unit(self, digits):
        currency = self.currency_id or self.env.company.currency_id
        return digits._replace(unit=exact(currency.rounding))
