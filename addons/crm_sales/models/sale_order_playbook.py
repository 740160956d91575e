from odoo import models


class SaleOrder(models.Model):
    """Whoever answers a quotation, or accepts it, has answered its opportunity."""

    _inherit = "sale.order"

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if self.opportunity_id and self._crm_is_answer(message):
            self.opportunity_id._crm_playbook_replied(self.name)
        return result

    def _action_confirm(self):
        result = super()._action_confirm()
        for order in self:
            # what was won before is not asked about by this order
            if order.opportunity_id.won_status == "pending":
                order.opportunity_id._crm_playbook_replied(order.name)
        return result

    def _crm_is_answer(self, message):
        """Return whether the customer wrote a message, by e-mail or in the portal."""
        # sudo: who wrote, not what is known of them
        return message._crm_came_in() or (
            message.message_type == "comment" and message.sudo().create_uid.share
        )
