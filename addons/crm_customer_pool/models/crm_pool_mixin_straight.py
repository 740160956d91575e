from odoo import fields, models
from odoo.exceptions import UserError

from .crm_pool_intake import STRAIGHT_KEY, Straight


class CrmPoolMixin(models.AbstractModel):
    """Records that are entered straight into a pool."""

    _inherit = "crm.pool.mixin"

    def _crm_sync_straight(self):
        """Hook: bring in line what hangs on records that have just gone into a pool."""

    def _crm_go_straight(self):
        """Put new records into the pool that they are entered for.

        :return: the rows of the ledger, None when they are entered for no pool
        :raise UserError: the pool does not take them in
        """
        straight = self.env.context.get(STRAIGHT_KEY)
        if not isinstance(straight, Straight) or not self:
            return None
        pool = self.env["crm.pool"].browse(straight.pool_id)
        # sudo: pool and ledger are kept by the system
        records = self.sudo()._crm_workflow().with_context(tracking_disable=True)
        for record in records:
            why = pool._crm_refuse_record(record)
            if why:
                raise UserError(
                    self.env._("%(name)s: %(why)s", name=record.name, why=why)
                )
        now = fields.Datetime.now()
        records.write(
            {
                "user_id": False,
                "owner_since": now,
                "pool_id": pool.id,
                "pooled_at": now,
            }
        )
        records._crm_sync_straight()
        # what came along in the values of a record would keep it in sight
        family = records._crm_family()
        family._crm_end_following()
        family._crm_end_work(straight.reason or self.env._("Put into the Pool"))
        return self._crm_pool_log(
            "enter",
            straight.reason,
            pool_id=straight.pool_id,
            batch_id=straight.batch_id,
        )
