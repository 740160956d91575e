from odoo import models


class ResPartner(models.Model):
    """The price list made for one customer."""

    _inherit = "res.partner"

    def action_open_own_pricelist(self):
        """Open the customer's own price list, or a new one for who may make it.

        :return: the action (dict)
        :raise AccessError: without such a list, for those who maintain none
        """
        self.ensure_one()
        self.check_access("read")
        customer = self.crm_customer_id or self
        pricelists = self.env["product.pricelist"]
        own = pricelists.search(
            [
                ("customer_id", "=", customer.id),
                ("company_id", "in", [self.env.company.id, False]),
            ],
            limit=1,
        )
        if not own:
            pricelists.check_access("create")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Price List"),
            "res_model": "product.pricelist",
            "res_id": own.id,
            "views": [(False, "form")],
            "context": {
                "default_customer_id": customer.id,
                "default_name": customer.display_name,
            },
        }
