from odoo import api, fields, models

from .crm_contract_part import origin_of


class CrmContractLine(models.Model):
    """Something that is sold by a contract."""

    _name = "crm.contract.line"
    _description = "Contract Line"
    _inherit = ["crm.contract.part"]
    _crm_part_fields = (
        "product_id",
        "name",
        "quantity",
        "uom_id",
        "price_unit",
        "discount",
        "tax_rate",
        "amount",
    )

    origin_id = origin_of("crm.contract.line")
    product_id = fields.Many2one(
        "product.product",
        index="btree_not_null",
        ondelete="restrict",
        domain=[("sale_ok", "=", True)],
    )
    name = fields.Char(
        "Description",
        required=True,
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    quantity = fields.Float(default=1, digits="Product Unit", required=True)
    uom_id = fields.Many2one(
        "uom.uom",
        "Unit",
        compute="_compute_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        ondelete="restrict",
    )
    price_unit = fields.Float(
        "Unit Price",
        compute="_compute_price_unit",
        store=True,
        readonly=False,
        precompute=True,
        digits="Product Price",
        help="Including taxes.",
    )
    list_price = fields.Float(
        compute="_compute_list_price",
        store=True,
        precompute=True,
        digits="Product Price",
        help="As of the day when the line was written.",
    )
    discount = fields.Float("Discount (%)", digits="Discount")
    discount_real = fields.Float(
        "Discount off the List Price (%)",
        compute="_compute_discount_real",
        store=True,
        precompute=True,
        digits="Discount",
        aggregator="max",
        help="However it is given: as a discount, by a lower price or in the amount.",
    )
    tax_rate = fields.Float("Tax Rate (%)", digits=(5, 2))
    amount = fields.Monetary(
        compute="_compute_amount", store=True, readonly=False, precompute=True
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "The quantity must be greater than zero."
    )
    _discount_in_range = models.Constraint(
        "CHECK (discount BETWEEN 0 AND 100)", "A discount lies between 0 and 100 %."
    )
    _tax_in_range = models.Constraint(
        "CHECK (tax_rate BETWEEN 0 AND 100)", "A tax rate lies between 0 and 100 %."
    )

    # one method each: what is given of one field must not be overwritten with another
    @api.depends("product_id")
    def _compute_name(self):
        for line in self:
            language = line.contract_id.lang or self.env.lang
            product = line.product_id.with_context(lang=language)
            line.name = product.display_name or line.name

    @api.depends("product_id")
    def _compute_uom_id(self):
        for line in self:
            line.uom_id = line.product_id.uom_id or line.uom_id

    @api.depends("product_id")
    def _compute_price_unit(self):
        for line in self:
            line.price_unit = (
                line._crm_list_price() if line.product_id else line.price_unit
            )

    @api.depends("product_id")
    def _compute_list_price(self):
        for line in self:
            line.list_price = line._crm_list_price()

    @api.depends("quantity", "price_unit", "discount", "contract_id.currency_id")
    def _compute_amount(self):
        for line in self:
            amount = line.quantity * line.price_unit * (1 - line.discount / 100)
            currency = line.contract_id.currency_id
            line.amount = currency.round(amount) if currency else amount

    @api.depends("quantity", "price_unit", "discount", "list_price", "amount")
    def _compute_discount_real(self):
        for line in self:
            full = line.quantity * max(line.price_unit, line.list_price)
            off = 100 * (1 - line.amount / full) if full > 0 else 0
            line.discount_real = max(line.discount, off, 0)

    def _crm_list_price(self):
        """Return the list price (float) in the currency of the contract."""
        product, contract = self.product_id, self.contract_id
        if not product:
            return 0
        currency = contract.currency_id or self.env.company.currency_id
        return product.currency_id._convert(
            product.lst_price,
            currency,
            contract.company_id or self.env.company,
            fields.Date.context_today(self),
            round=False,
        )
