from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLeadLost(models.TransientModel):
    """Why an opportunity was lost, and to whom."""

    _inherit = "crm.lead.lost"

    is_opportunity = fields.Boolean(compute="_compute_is_opportunity")
    needs_reason = fields.Boolean(compute="_compute_is_opportunity")
    lost_competitor_id = fields.Many2one(
        "crm.competitor",
        "Lost To",
        help="Leave it empty when the customer bought from nobody.",
    )
    lost_price = fields.Float(
        "Their Price", help="What they sold it for, if the customer told us."
    )

    @api.depends("lead_ids")
    def _compute_is_opportunity(self):
        for wizard in self:
            deals = wizard.lead_ids.filtered(lambda lead: lead.type == "opportunity")
            wizard.is_opportunity = bool(deals)
            wizard.needs_reason = deals._crm_asks_why_lost()

    def action_lost_reason_apply(self):
        """Mark as lost, with the reason and whoever won.

        :return: what Odoo's own returns
        :raise UserError: an opportunity is lost for a reason
        """
        self.ensure_one()
        if not self.is_opportunity or not self.lead_ids._crm_is_suite_user():
            return super().action_lost_reason_apply()
        if not self.lost_reason_id and self.needs_reason:
            raise UserError(
                self.env._(
                    "Choose why it was lost. What is learned from lost deals is worth"
                    " the ten seconds."
                )
            )
        result = super().action_lost_reason_apply()
        self.lead_ids.lost_competitor_id = self.lost_competitor_id
        if self.lost_competitor_id and self.lost_price:
            self.lead_ids.competitor_ids.filtered(
                lambda row: row.competitor_id == self.lost_competitor_id
            ).price = self.lost_price
        return result
