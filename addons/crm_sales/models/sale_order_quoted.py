from odoo import models


class SaleOrder(models.Model):
    """What the customer was offered before, a click away from the lines."""

    _inherit = "sale.order"

    def action_open_quoted(self):
        """Open what this customer was offered and sold before.

        :return: an action (dict)
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_sales.sale_order_line_quoted_action"
        )
        customer = self.partner_id.commercial_partner_id
        action["domain"] = [
            ("order_id.partner_id.commercial_partner_id", "=", customer.id),
            ("order_id", "!=", self.id),
            ("product_id", "!=", False),
            ("is_downpayment", "=", False),
            ("state", "in", ["sent", "sale"]),
        ]
        action["context"] = {"crm_order_id": self.id}
        return action
