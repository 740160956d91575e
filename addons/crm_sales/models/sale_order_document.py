from odoo import models


class SaleOrder(models.Model):
    """What a quotation says on paper and in files."""

    _inherit = "sale.order"

    def _crm_document_title(self):
        """Return what this document is called (str)."""
        self.ensure_one()
        if self.state in ("draft", "sent"):
            return self.env._("Quotation")
        if self.state == "cancel":
            return self.env._("Cancelled Quotation")
        return self.env._("Sales Order")

    def _crm_document_rows(self):
        """Return the lines as they are printed, a list of dict.

        Each has its ``kind`` (``line``, ``section``, ``note``) and ``name``; a line has
        its ``number``, ``quantity``, ``unit``, ``price``, ``discount``, ``taxes`` and
        ``amount`` as well.
        """
        self.ensure_one()
        rows, number = [], 0
        for line in self._get_order_lines_to_report():
            if line.display_type:
                is_note = line.display_type == "line_note"
                kind = "note" if is_note else "section"
                rows.append({"kind": kind, "name": line.name or ""})
                continue
            number += 1
            rows.append(
                {
                    "kind": "line",
                    "name": line.name or "",
                    "number": number,
                    "quantity": line.product_uom_qty,
                    "unit": line.product_uom_id.name or "",
                    "price": line.price_unit,
                    "discount": line.discount,
                    "taxes": ", ".join(
                        tax.tax_label or tax.name for tax in line.tax_ids
                    ),
                    "amount": line.line_total,
                }
            )
        return rows

    def _crm_amount_in_words(self):
        """Return the total in words, in Chinese in capital figures (str)."""
        self.ensure_one()
        return self.currency_id.amount_to_text(self.amount_total)

    def action_export_word(self):
        """Return the action (dict) that downloads this document for Word.

        :raise AccessError: it is out of sight
        """
        return self._crm_file_action("docx")

    def action_export_excel(self):
        """Return the action (dict) that downloads this document for Excel.

        :raise AccessError: it is out of sight
        """
        return self._crm_file_action("xlsx")

    def _crm_file_action(self, kind):
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/crm_sales/order/{self.id}/{kind}",
            "target": "download",
        }

    def action_print_document(self):
        """Return the action (dict) that opens this quotation or order as PDF.

        :raise AccessError: it is out of sight
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/report/pdf/sale.report_saleorder/{self.id}",
            "target": "new",
        }
