from odoo import api, fields, models


class CrmPoolLock(models.Model):
    """Locks that come back with the owner, when a batch is undone."""

    _inherit = "crm.pool.lock"

    @api.model
    def _crm_put_back(self, customers):
        """Let locks stand again with which customers of one owner came back.

        :raise UserError: the owner has locked too many others since
        """
        now = fields.Datetime.now()
        locked = customers.filtered(
            lambda customer: (
                customer.user_id
                and customer.pool_locked_until
                and customer.pool_locked_until > now
            )
        )
        if not locked:
            return
        self._crm_check_limits(locked, locked.user_id, 0)
        # sudo: locks change by their methods only
        ended = self.sudo().search(
            [
                ("partner_id", "in", locked.ids),
                ("owner_id", "in", locked.user_id.ids),
                ("state", "=", "ended"),
            ],
            order="id",
        )
        last = {
            lock.partner_id: lock
            for lock in ended
            if lock.until == lock.partner_id.pool_locked_until
        }
        self.sudo().concat(*last.values())._crm_workflow().write(
            {"state": "approved", "ended_at": False, "end_reason": False}
        )
