from odoo import api, fields, models
from odoo.tools import float_compare, ormcache

# from the lowest; the boss has no limit
ROLES = [
    ("salesperson", "Salespeople"),
    ("manager", "Managers"),
    ("director", "Directors"),
]


class CrmDiscountLimit(models.Model):
    """How much discount people of a role give on their own authority.

    Of a role, the limit of the nearest product category counts, the company's own
    before that of all companies. Who has several roles may do what any of them may:
    a director is never held to less than a salesperson. Where nobody has set a limit
    for a role and for none below, there is none.
    """

    _name = "crm.discount.limit"
    _description = "Discount Limit"
    _order = "role, category_id, id"
    _crm_recycle = True
    _crm_recycle_parents = ("category_id",)
    _crm_change_log = True

    role = fields.Selection(ROLES, "People", required=True, default="salesperson")
    category_id = fields.Many2one(
        "product.category",
        "Product Category",
        ondelete="cascade",
        index="btree_not_null",
        help="Also for the categories below. Empty: for all products.",
    )
    percent = fields.Float(
        "Largest Discount (%)",
        required=True,
        digits=(5, 2),
        aggregator=None,
        help="A larger discount needs an approval.",
    )
    company_id = fields.Many2one(
        "res.company", ondelete="cascade", index="btree_not_null"
    )
    active = fields.Boolean(default=True)

    _percent_range = models.Constraint(
        "CHECK (percent >= 0 AND percent <= 100)",
        "A discount is between 0 and 100 percent.",
    )
    _one_per_case = models.UniqueIndex(
        "(role, COALESCE(category_id, 0), COALESCE(company_id, 0)) WHERE active",
        "There is already a limit for these people and this category.",
    )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.depends("role", "category_id", "percent")
    @api.depends_context("lang")
    def _compute_display_name(self):
        roles = dict(self._fields["role"]._description_selection(self.env))
        for limit in self:
            where = limit.category_id.display_name or self.env._("All Products")
            limit.display_name = (
                f"{roles.get(limit.role, '')}, {where}: {limit.percent:g}%"
            )

    @api.model_create_multi
    def create(self, vals_list):
        limits = super().create(vals_list)
        self.env.registry.clear_cache("stable")
        return limits

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache("stable")
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache("stable")
        return result

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_limit(self, user, product, company=None):
        """Return the largest discount that somebody gives alone, in percent (float).

        :param user: res.users record, whose authority counts
        :param product: product.product or product.template record, or product.category
        :param company: res.company record, by default the present one
        :return: None when there is no limit
        """
        if user._crm_has_group("crm_base.group_boss"):
            return None
        category = product if product._name == "product.category" else product.categ_id
        company = company or self.env.company
        # sudo: limits are known to everybody whose quotations they concern
        path = category.sudo().parent_path or ""
        table = self._crm_table()
        found = []
        for role, _label in ROLES:
            # who has no role of the suite is bound like a salesperson
            if role != "salesperson" and not user._crm_has_group(
                f"crm_base.group_{role}"
            ):
                continue
            percent = self._crm_nearest(table, role, path, company.id)
            if percent is not None:
                found.append(percent)
        return max(found, default=None)

    @api.model
    def _crm_nearest(self, table, role, path, company_id):
        """Return the limit (float) of one role where it is set nearest, or None."""
        above = [int(id_) for id_ in reversed(path.split("/")) if id_]
        for category_id in [*above, False]:
            for owner in (company_id, False):
                percent = table.get((role, category_id, owner))
                if percent is not None:
                    return percent
        return None

    @api.model
    @ormcache(cache="stable")
    def _crm_table(self):
        # a quotation asks for each line
        return {
            (limit.role, limit.category_id.id, limit.company_id.id): limit.percent
            for limit in self.sudo().search([])  # sudo: as above
        }

    @api.model
    def _crm_discount_allowed(self, user, product, percent, price=None, company=None):
        """Return whether somebody may sell at a discount without an approval (bool).

        :param user: res.users record, whose authority counts
        :param product: product.product or product.template record
        :param float percent: the discount against the price list, whichever way it was
            given: of the line, of the whole, or by a lower price
        :param float price: what a unit (of the product's own) costs after all
            discounts, in the product's currency; compared with its floor price
        :param company: res.company record, by default the present one
        """
        if self._crm_above(percent, self._crm_limit(user, product, company)):
            return False
        return price is None or not product._crm_below_floor(user, price)

    @api.model
    def _crm_above(self, percent, limit):
        """Return whether a discount is above a limit (bool), None being none."""
        return limit is not None and (
            float_compare(percent, limit, precision_digits=2) > 0
        )
