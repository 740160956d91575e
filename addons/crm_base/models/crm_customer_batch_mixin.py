from odoo import api, fields, models


class CrmCustomerBatchMixin(models.AbstractModel):
    """A dialog about one or many customers."""

    _name = "crm.customer.batch.mixin"
    _description = "Dialog about Customers"
    _inherit = ["crm.wizard.mixin"]

    partner_ids = fields.Many2many(
        "res.partner", string="Customers", required=True, readonly=True
    )
    partner_count = fields.Integer("Number", compute="_compute_partner_count")

    @api.depends("partner_ids")
    def _compute_partner_count(self):
        for wizard in self:
            wizard.partner_count = len(wizard.partner_ids)
