from odoo import models


class ResPartner(models.Model):
    """Quotations and orders of a customer: on its page and in its history."""

    _inherit = "res.partner"

    def _crm_order_domain(self):
        """Return the domain (list) of the quotations and orders of this customer."""
        self.ensure_one()
        return [("partner_id.crm_customer_id", "=", self.id)]

    def _crm_customer_totals(self):
        totals = super()._crm_customer_totals()
        domain = self._crm_order_domain()
        is_open = [*domain, ("state", "in", ["draft", "sent"])]
        is_sold = [*domain, ("deed_at", "!=", False)]
        label = self.env._("Open Quotations")
        action = self._crm_related_action(label, "sale.order", [])
        sold = self.env._("Order Amount")
        sold_action = self._crm_related_action(sold, "sale.order", [])
        # also those of a contact
        action["domain"], sold_action["domain"] = is_open, is_sold
        [(amount,)] = self.env["crm.deed.split"]._read_group(
            [*domain, ("order_id", "!=", False), ("deed_at", "!=", False)],
            aggregates=["amount:sum"],
        )
        count = self.env["sale.order"].search_count(is_open)
        return [
            *totals,
            ("quotations_open", label, count, action),
            ("orders_amount", sold, amount or 0, sold_action),
        ]

    def _crm_customer_tabs(self):
        domain = self._crm_order_domain()
        return [
            *super()._crm_customer_tabs(),
            {
                "code": "orders",
                "label": self.env._("Quotations and Orders"),
                "count": self.env["sale.order"].search_count(domain),
                "model": "sale.order",
                "domain": domain,
                "context": {"default_partner_id": self.id},
            },
        ]

    def _crm_timeline_kinds(self):
        return {**super()._crm_timeline_kinds(), "order": self.env._("Orders")}

    def _crm_timeline_sources(self):
        return {**super()._crm_timeline_sources(), "order": self._crm_timeline_orders}

    def _crm_timeline_orders(self, mark, limit):
        orders = self._crm_timeline_search(
            "sale.order",
            [*self._crm_order_domain(), ("state", "in", ["sent", "sale"])],
            "date_order",
            "order",
            mark,
            limit,
        )
        return [
            self._crm_timeline_entry(
                "order",
                order,
                date=order.date_order,
                title=f"{order._crm_document_title()} {order.name}",
                text=order.currency_id.format(order.amount_total),
                user=order.user_id.name or "",
                icon="fa-shopping-cart" if order.state == "sale" else "fa-file-text-o",
            )
            for order in orders
        ]
