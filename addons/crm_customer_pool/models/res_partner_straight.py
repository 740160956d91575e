from odoo import fields, models
from odoo.exceptions import UserError

from .crm_pool_intake import STRAIGHT_KEY, Straight


class ResPartner(models.Model):
    """Customers that are entered straight into a pool."""

    _inherit = "res.partner"

    def _crm_start_ownership(self):
        straight = self.env.context.get(STRAIGHT_KEY)
        if not isinstance(straight, Straight) or not self:
            return super()._crm_start_ownership()
        pool = self.env["crm.pool"].browse(straight.pool_id)
        # sudo: numbers, pool and ledger are kept by the system
        customers = self.sudo()._crm_workflow().with_context(tracking_disable=True)
        for customer in customers:
            why = pool._crm_refuse_customer(customer)
            if why:
                raise UserError(
                    self.env._("%(name)s: %(why)s", name=customer.name, why=why)
                )
        # what came along in the values of the customer would keep it in sight
        family = customers._crm_family()
        family._crm_end_following()
        family._crm_end_work(straight.reason or self.env._("Put into the Pool"))
        customers._crm_end_shares(self.env["res.users"])
        now = fields.Datetime.now()
        customers.write(
            {
                "user_id": False,
                "owner_since": now,
                "pool_id": pool.id,
                "pooled_at": now,
            }
        )
        customers._crm_sync_contacts()
        self.env["crm.owner.move"]._crm_log(
            customers,
            "enter",
            self.env["res.users"],
            reason=straight.reason,
            pool_id=pool.id,
            batch_id=straight.batch_id,
        )
        return None
