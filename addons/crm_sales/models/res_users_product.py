from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_base.models.res_users_desk import HISTORY, DeskItem


class ResUsers(models.Model):
    """Who sees which price lists."""

    _inherit = "res.users"

    def _crm_pricelist_rule(self, prefix=""):
        """Return the record rule of price lists: a customer's own with the customer.

        :param str prefix: path to the price list, such as ``pricelist_id.``
        """
        if self.share or self._crm_scope_ids("read") is None or self._crm_keeps_books():
            return Domain.TRUE
        customer = f"{prefix}customer_id"
        return Domain(customer, "=", False) | Domain(
            customer, "any", self._crm_customer_domain("read")
        )

    def _crm_pricelist_item_rule(self):
        """Return the record rule of price rules: from the cost with permission."""
        rule = self._crm_pricelist_rule("pricelist_id.")
        if self.share or self._crm_has_group("crm_sales.group_cost"):
            return rule
        return rule & (
            Domain("base", "!=", "standard_price")
            | Domain("compute_price", "!=", "formula")
        )

    # ------------------------------------------------------------
    # HAND-OVER
    # ------------------------------------------------------------

    @api.model
    def _crm_desk(self):
        return [
            *super()._crm_desk(),
            DeskItem("product.template", "submitted_by_id", HISTORY),
            DeskItem("product.template", "published_by_id", HISTORY),
        ]
