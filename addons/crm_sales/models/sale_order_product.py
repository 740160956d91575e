from odoo import api, models

from ..tools.on_sale import KEEP, KEEP_KEY


class SaleOrder(models.Model):
    """What is not on sale is neither chosen, copied nor taken from a template."""

    _inherit = "sale.order"

    def _get_product_catalog_domain(self):
        domain = super()._get_product_catalog_domain()
        return domain & self.env["product.template"]._crm_on_sale_domain()

    def _get_copiable_order_lines(self):
        lines = super()._get_copiable_order_lines()
        return lines - self._crm_stopped(lines)

    def copy(self, default=None):
        copies = super().copy(default)
        if "order_line" in (default or {}):
            return copies
        for order, made in zip(self, copies, strict=True):
            left_out = self._crm_stopped(order.order_line).product_id
            if left_out:
                made.message_post(body=self._crm_left_out_text(left_out))
        return copies

    @api.onchange("sale_order_template_id")
    def _onchange_sale_order_template_id(self):
        result = super()._onchange_sale_order_template_id()
        if not self.sale_order_template_id:
            return result
        # what was on the quotation before is no part of the template
        stopped = self._crm_stopped(self.order_line).filtered(
            lambda line: not line._origin
        )
        if not stopped:
            return result
        text = self._crm_left_out_text(stopped.product_id)
        self.order_line -= stopped
        return {"warning": {"title": self.env._("Not on Sale"), "message": text}}

    def _crm_keep_stopped(self):
        """Return ``self``; what is made of it keeps products that are stopped by now.

        For what goes on with a quotation, such as its next version.
        """
        return self.with_context(**{KEEP_KEY: KEEP})

    @api.model
    def _crm_stopped(self, lines):
        """Return those of some lines whose product is not on sale.

        A combo goes as a whole.
        """
        if self.env.context.get(KEEP_KEY) is KEEP:
            return lines.browse()
        stopped = lines.filtered(
            lambda line: (
                line.product_id and not line.product_id.product_tmpl_id._crm_on_sale()
            )
        )
        combos = (stopped | stopped.linked_line_id).filtered(
            lambda line: line.product_type == "combo"
        )
        return (stopped | combos | combos.linked_line_ids) & lines

    def _crm_left_out_text(self, products):
        return self.env._(
            "Left out, because it is not sold any more or not yet: %(products)s",
            products=", ".join(products.mapped("display_name")),
        )
