from odoo import models

from ..models.crm_pool_batch_queue import QUEUE_FROM


class CrmCustomerTransfer(models.TransientModel):
    """Many customers are transferred in the background, as a batch."""

    _inherit = "crm.customer.transfer"

    def action_transfer(self):
        self.ensure_one()
        if len(self.partner_ids) <= QUEUE_FROM:
            return super().action_transfer()
        return self.env["crm.pool.batch"]._crm_start(
            "transfer",
            self.partner_ids,
            self.user_id.id,
            self.reason,
            self.with_open,
            to_user_id=self.user_id.id,
            reason=self.reason,
        )
