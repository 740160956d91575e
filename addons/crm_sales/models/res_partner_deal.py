from odoo import fields, models


class ResPartner(models.Model):
    """When a customer last committed to something is a fact of the customer."""

    _inherit = "res.partner"

    def _crm_note_deals(self):
        """Note what is true now of the deals of these customers, in one query."""
        if not self:
            return
        # sudo: facts of the customer, whoever closes a deal
        rows = (
            self.env["crm.deed.split"]
            .sudo()
            ._read_group(
                [
                    ("partner_id.crm_customer_id", "in", self.ids),
                    ("deed_at", "!=", False),
                ],
                ["partner_id.crm_customer_id"],
                ["deed_at:max"],
            )
        )
        last = {customer.id: moment for customer, moment in rows}
        self._crm_note_facts(
            {
                id_: {"last_deal_at": fields.Datetime.to_datetime(last.get(id_, False))}
                for id_ in self.exists().ids
            }
        )

    def _crm_finish_merge(self, merged):
        result = super()._crm_finish_merge(merged)
        self.crm_customer_id._crm_note_deals()
        return result
