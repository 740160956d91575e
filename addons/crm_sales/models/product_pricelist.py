from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProductPricelist(models.Model):
    """Price lists of several kinds, and those made for one customer."""

    _inherit = "product.pricelist"

    kind_id = fields.Many2one(
        "crm.dictionary",
        domain=[("kind", "=", "pricelist_kind")],
        ondelete="restrict",
        index="btree_not_null",
    )
    customer_id = fields.Many2one(
        "res.partner",
        "Only for Customer",
        domain=[("is_crm_customer", "=", True)],
        ondelete="cascade",
        index="btree_not_null",
        copy=False,
        help="The list is seen by those alone who see the customer, and is used for all"
        " quotations to it.",
    )

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("customer_id", "company_id", "active")
    def _check_one_per_customer(self):
        for pricelist in self.filtered(lambda one: one.customer_id and one.active):
            # sudo: also one of a company that the user is not in
            if pricelist.sudo().search_count(
                [
                    ("customer_id", "=", pricelist.customer_id.id),
                    ("company_id", "=", pricelist.company_id.id),
                    ("id", "!=", pricelist.id),
                ],
                limit=1,
            ):
                raise ValidationError(
                    self.env._(
                        "%(customer)s already has a price list of its own.",
                        customer=pricelist.customer_id.display_name,
                    )
                )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        pricelists = super().create(vals_list)
        pricelists._crm_use_for_customer()
        return pricelists

    def write(self, vals):
        result = super().write(vals)
        if {"customer_id", "active", "company_id"}.intersection(vals):
            self._crm_use_for_customer()
        return result

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_use_for_customer(self):
        """Make these lists those of the customers that they are for."""
        for pricelist in self.filtered(lambda one: one.customer_id and one.active):
            customer = pricelist.customer_id
            if not self.env.su:
                customer.check_access("write")
            company = pricelist.company_id or self.env.company
            customer = customer.with_company(company)
            if customer.specific_property_product_pricelist != pricelist:
                customer.specific_property_product_pricelist = pricelist

    def _get_partner_pricelist_multi_search_domain_hook(self, company_id):
        # whoever has no list gets the first one, which must not be somebody else's own
        domain = super()._get_partner_pricelist_multi_search_domain_hook(company_id)
        return [*domain, ("customer_id", "=", False)]

    def _get_applicable_rules(self, products, date, **kwargs):
        # sudo: a price is right also when its rule is hidden from whoever asks, such as
        # one reckoned from the cost
        return super(ProductPricelist, self.sudo())._get_applicable_rules(
            products, date, **kwargs
        )
