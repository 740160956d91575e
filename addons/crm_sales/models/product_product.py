from odoo import models
from odoo.exceptions import UserError

from .product_template_publish import REVIEWED


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _add_missing_default_values(self, values):
        complete = super()._add_missing_default_values(values)
        # the template gives its own defaults to what nobody may set
        ours = self.env["product.template"]._crm_workflow_fields()
        return {
            name: value
            for name, value in complete.items()
            if name in values or name not in ours
        }

    def write(self, vals):
        if not self.env.su and not REVIEWED.isdisjoint(vals):
            self.product_tmpl_id._crm_check_not_in_review()
        return super().write(vals)

    def _crm_below_floor(self, user, price):
        """Return what the product's template says; see there."""
        return self.product_tmpl_id._crm_below_floor(user, price)

    def _crm_check_on_sale(self):
        """Refuse products that are not on sale, on lines that are made now.

        :raise UserError: names the first one
        """
        # sudo: asked for whoever sells
        for product in self.product_tmpl_id.sudo():
            match product.crm_state:
                case "published":
                    continue
                case "stopped":
                    text = self.env._(
                        "“%(product)s” is no longer sold: %(reason)s",
                        product=product.display_name,
                        reason=product.stop_reason or "",
                    )
                case _:
                    text = self.env._(
                        "“%(product)s” is not on sale yet. It has to be published"
                        " first.",
                        product=product.display_name,
                    )
            raise UserError(text)
