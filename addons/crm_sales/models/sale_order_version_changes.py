from odoo import api, fields, models

from odoo.addons.crm_base.tools.approval import snapshot_values
from odoo.addons.crm_base.tools.changes import Wording, compared

# what an offer says to the customer
OFFER_FIELDS = (
    "partner_id",
    "partner_shipping_id",
    "pricelist_id",
    "payment_term_id",
    "validity_date",
    "commitment_date",
    "client_order_ref",
    "note",
    "amount_untaxed",
    "amount_tax",
    "amount_total",
)
LINE_FIELDS = (
    "name",
    "product_id",
    "product_uom_qty",
    "product_uom_id",
    "price_unit",
    "discount",
    "tax_ids",
    "price_subtotal",
)


class SaleOrder(models.Model):
    """What a version of a quotation changes against the one before."""

    _inherit = "sale.order"

    version_changes_html = fields.Html(
        "Changes of This Version", compute="_compute_version_changes_html"
    )

    @api.depends("previous_version_ids", "order_line.price_subtotal", "amount_total")
    @api.depends_context("lang", "uid", "tz")
    def _compute_version_changes_html(self):
        wording, found = Wording(self.env), {}
        for order in self:
            # as saved: what is being typed changes nothing yet
            saved = order._origin
            if before := saved.previous_version_ids[:1]:
                found[order] = compared(before._crm_offer(), saved._crm_offer())
                wording.note(self._name, found[order])
        for order in self:
            order.version_changes_html = order in found and self.env["ir.qweb"]._render(
                "crm_sales.version_changes",
                {
                    "before": order._origin.previous_version_ids[:1],
                    "rows": wording.rows(self._name, found[order], order.currency_id),
                },
            )

    def _crm_offer(self):
        """Return what this quotation offers, as two of them are compared (dict).

        Lines have no number that both versions know: the first line of a product is
        the same line as the first one of it in the other version.
        """
        self.ensure_one()
        values = snapshot_values(self, OFFER_FIELDS)[str(self.id)]
        lines, count = {}, {}
        for line in snapshot_values(self.order_line, LINE_FIELDS).values():
            what = line["product_id"] or line["name"]
            count[what] = count.get(what, 0) + 1
            lines[f"{what}:{count[what]}"] = line
        return {"values": values, "lines": {"order_line": lines}}
