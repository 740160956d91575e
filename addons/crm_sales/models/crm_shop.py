from odoo import api, fields, models

# codes of the dictionary: cash is what change is given of
CASH = "cash"


class CrmShop(models.Model):
    """A place where is sold over the counter: who sells there, at which prices.

    The methods of its screen are in ``crm_shop_screen.py`` (what it shows),
    ``crm_shop_sale.py`` (what it posts) and ``crm_shop_day.py`` (what a day brought).
    """

    _name = "crm.shop"
    _description = "Shop"
    _order = "sequence, id"
    _crm_recycle = True
    _crm_change_log = True

    name = fields.Char("Shop", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    team_id = fields.Many2one("crm.team", ondelete="set null", index="btree_not_null")
    user_ids = fields.Many2many(
        "res.users",
        "crm_shop_user_rel",
        "shop_id",
        "user_id",
        "Cashiers",
        domain="[('share', '=', False)]",
        help="Who sells here. Empty: every salesperson of the company.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Walk-in Customer",
        required=True,
        ondelete="restrict",
        index=True,
        domain=[("is_crm_customer", "=", False)],
        default=lambda self: self.env.ref(
            "crm_sales.partner_walk_in", raise_if_not_found=False
        ),
        help="Stands on the sales to people who do not give a name.",
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        "Price List",
        ondelete="restrict",
        index="btree_not_null",
        help="For walk-in customers. Others have their own; empty: the list prices.",
    )
    allow_on_account = fields.Boolean(
        "On Account", help="Known customers may pay later, in part or all of it."
    )
    receipt_format = fields.Selection(
        [("58", "Roll, 58 mm"), ("80", "Roll, 80 mm"), ("a4", "A4")],
        default="80",
        required=True,
    )
    receipt_header = fields.Text(
        translate=True, help="Above the lines, such as address and telephone."
    )
    receipt_footer = fields.Text(
        translate=True, help="At the end, such as how goods are exchanged."
    )

    @api.model
    def _crm_name_walk_in(self):
        """Call whoever walks in as the company does: names have one language only."""
        lang = self.env.company.partner_id.lang
        found = self.env.ref("crm_sales.partner_walk_in", raise_if_not_found=False)
        if found and lang:
            found.name = self.with_context(lang=lang).env._("Walk-in Customer")

    def _crm_is_cashier(self):
        """Return whether the user sells in this shop (bool)."""
        self.ensure_one()
        # sudo: colleagues of a shop are no secret of theirs
        people = self.sudo().user_ids
        return not people or self.env.user in people
