from odoo import api, models


class IrActionsReport(models.Model):
    """Quotations and orders are printed as documents of the suite."""

    _inherit = "ir.actions.report"

    @api.model
    def _crm_document_templates(self):
        return {
            **super()._crm_document_templates(),
            "sale.report_saleorder": "crm_sales.sale_order_document",
        }
