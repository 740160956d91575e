from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

# states in which a customer has seen the prices
OFFERED = ("sent", "sale")


class SaleOrder(models.Model):
    """Discounts above the limit of whoever gives them are not offered to customers.

    The discount of a line is all that it costs less than the price list says: by the
    discount of the line, by a lower price, by its part in a reduction of the whole. See
    ``crm.discount.limit``.
    """

    _inherit = "sale.order"

    discount_percent = fields.Float(
        "Largest Discount (%)",
        compute="_compute_discount_percent",
        digits=(16, 2),
        aggregator=None,
        help="How much less a line costs than the price list says, of the line where it"
        " is most.",
    )
    discount_notice = fields.Text(
        "Discounts Above the Limit", compute="_compute_discount_notice"
    )

    @api.depends(
        "pricelist_id",
        "order_line.discount",
        "order_line.price_unit",
        "order_line.product_id",
        "order_line.product_uom_qty",
    )
    def _compute_discount_percent(self):
        for order in self:
            discounts = order._crm_line_discounts()
            order.discount_percent = max(
                (percent for percent, _net in discounts.values()), default=0
            )

    @api.depends("approval_state", "discount_percent", "state")
    @api.depends_context("uid", "lang")
    def _compute_discount_notice(self):
        for order in self:
            is_open = order.state == "draft" and not order._crm_is_discount_allowed()
            order.discount_notice = is_open and order._crm_discount_refusal()

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._crm_check_discounts()
        return orders

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals or "pricelist_id" in vals:
            self._crm_check_discounts()
        return result

    def action_quotation_send(self):
        """Open the dialog that mails quotations to their customers.

        :return: the action (dict)
        :raise UserError: when a discount is above the limit and nobody has approved it
        """
        # before the mail is written, not when it is sent
        self._crm_check_discounts(OFFERED + ("draft",))
        return super().action_quotation_send()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_check_discounts(self, states=OFFERED):
        """Refuse to offer what is above the limit of whoever offers it.

        :raise UserError: names the lines, the limits and who may allow them
        """
        for order in self:
            if order.state not in states or order._crm_is_discount_allowed():
                continue
            refusal = order._crm_discount_refusal()
            if refusal:
                raise UserError(refusal)

    def _crm_check_changed(self, lines):
        """Refuse changes of a confirmed order that nobody may make alone.

        :param lines: those that were changed; a reduction concerns all of them
        """
        self.ensure_one()
        goods = lines.filtered(lambda line: line._crm_is_sold())
        if not goods:
            return
        if any(line.line_total < 0 for line in goods):
            goods = self.order_line
        too_much = self._crm_too_much(self._crm_discount_giver())
        if any(line in goods for line, _percent in too_much):
            raise UserError(self._crm_discount_refusal())

    def _crm_is_discount_allowed(self):
        """Hook: return whether somebody has allowed these discounts (bool)."""
        self.ensure_one()
        # sudo: whether it is approved, whoever goes on with it
        return self.sudo().approval_state == "approved"

    def _crm_discount_giver(self):
        """Return the person (res.users) on whose authority discounts are given.

        Whoever acts; when the customer or the system does, the salesperson.
        """
        self.ensure_one()
        user = self.env.user
        is_person = user.id != SUPERUSER_ID and not user.share
        # sudo: limits are those of the salesperson, whoever accepts the quotation
        return user if is_person or not self.user_id else self.sudo().user_id

    def _crm_discount_refusal(self):
        """Return what is above the limit, line by line (str), "" if nothing is."""
        self.ensure_one()
        giver = self._crm_discount_giver()
        too_much = self._crm_too_much(giver)
        if not too_much:
            return ""
        limits = self.env["crm.discount.limit"]
        texts = []
        for line, percent in too_much:
            limit = limits._crm_limit(giver, line.product_id, self.company_id)
            name = line.product_id.display_name
            if limit is None or percent <= limit:
                texts.append(
                    self.env._("%(product)s: below its floor price", product=name)
                )
            else:
                texts.append(
                    self.env._(
                        "%(product)s: %(percent)s%% off, up to %(limit)s%% allowed",
                        product=name,
                        percent=f"{percent:.2f}",
                        limit=f"{limit:g}",
                    )
                )
        names = ", ".join(self._crm_discount_allowers().mapped("name"))
        return self.env._(
            "Discounts above your limit need an approval before the customer gets this"
            " quotation:\n%(lines)s\nWho may allow them: %(names)s.",
            lines="\n".join(texts),
            names=names or self.env._("the boss"),
        )

    def _crm_too_much(self, giver):
        """Return the lines above a person's limit, pairs of line and its discount."""
        self.ensure_one()
        if not self._crm_has_limits(giver):
            return []
        limits, known, found = self.env["crm.discount.limit"], {}, []
        # sudo: floor prices bind whoever sells
        products = self.order_line.product_id.sudo()
        floors = {product.id for product in products if product.floor_price}
        for line, (percent, net) in self._crm_line_discounts().items():
            product = line.product_id
            category = product.categ_id
            if category not in known:
                known[category] = limits._crm_limit(giver, category, self.company_id)
            if limits._crm_above(percent, known[category]) or (
                product.id in floors
                and product._crm_below_floor(giver, line._crm_in_product_terms(net))
            ):
                found.append((line, percent))
        return found

    def _crm_has_limits(self, giver):
        """Return whether anything limits a person here at all (bool)."""
        limits = self.env["crm.discount.limit"]
        # sudo: floor prices bind whoever sells
        products = self.order_line.product_id.sudo()
        return any(products.mapped("floor_price")) or any(
            limits._crm_limit(giver, product, self.company_id) is not None
            for product in products
        )

    def _crm_discount_allowers(self):
        """Return the nearest superiors (res.users) who may allow these discounts."""
        self.ensure_one()
        # sudo: who is above whom is told to whoever needs them
        above, seen = self._crm_discount_giver()._crm_superiors(), set()
        while above:
            may = above.filtered(lambda user: not self._crm_too_much(user))
            if may:
                return may
            seen |= set(above.ids)
            higher = (
                self.env["res.users"]
                .sudo()
                .union(*(user._crm_superiors() for user in above))
            )
            above = higher.browse(id_ for id_ in higher.ids if id_ not in seen)
        return self.env["res.users"]

    def _crm_line_discounts(self):
        """Return what lines cost less than the price list says.

        :return: dict of line to its whole discount in percent and its price after it
        """
        self.ensure_one()
        goods = self.order_line.filtered(lambda line: line._crm_is_sold())
        sold = goods.filtered(lambda line: line.line_total >= 0)
        whole = sum(sold.mapped("line_total"))
        off = -sum((goods - sold).mapped("line_total"))
        # what is taken off the whole is taken off each line
        kept = 1 - min(off / whole, 1) if whole else 1
        prices = sold._crm_list_prices()
        discounts = {}
        for line in sold:
            net = line.price_unit * (1 - line.discount / 100) * kept
            price = prices[line]
            percent = 100 * (1 - net / price) if price > 0 else 0
            discounts[line] = (round(percent, 2), net)
        return discounts
