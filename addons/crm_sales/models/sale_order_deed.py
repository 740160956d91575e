from odoo import api, fields, models

from .crm_lead_stage import SELLERS


class SaleOrder(models.Model):
    """A confirmed order is a deed: whose it was is kept, whatever confirmed it."""

    _name = "sale.order"
    _inherit = ["sale.order", "crm.deed.mixin"]
    _crm_deed_field = "order_id"

    deed_split_ids = fields.One2many(
        "crm.deed.split",
        "order_id",
        "Shares in the Sale",
        copy=False,
        groups=SELLERS,
        help="Who has a share in this order. Empty: all of it is the salesperson's.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._crm_follow_state()
        return orders

    def write(self, vals):
        result = super().write(vals)
        if "state" in vals:
            self._crm_follow_state()
        elif "partner_id" in vals:
            # sudo: the fact is the system's
            done = self.sudo().filtered("deed_at")
            if done:
                splits = done.deed_split_ids
                before = splits.partner_id.crm_customer_id
                splits._crm_workflow().write({"partner_id": vals["partner_id"]})
                (before | done.partner_id.crm_customer_id)._crm_note_deals()
        return result

    def unlink(self):
        # sudo: as above
        customers = self.sudo().filtered("deed_at").partner_id.crm_customer_id
        result = super().unlink()
        customers._crm_note_deals()
        return result

    def _crm_follow_state(self):
        """Do the deed of orders confirmed just now, take back that of others."""
        sold = self.filtered(lambda order: order.state == "sale")
        sold._crm_do_deed()
        (self - sold)._crm_undo_deed()

    def _crm_deed_amount(self):
        self.ensure_one()
        company = self.company_id or self.env.company
        return company.currency_id.round(self.amount_total / (self.currency_rate or 1))
