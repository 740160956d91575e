from odoo import api, fields, models


class CrmPoolLock(models.Model):
    """Of the locks of merged customers one remains, and one request."""

    _inherit = "crm.pool.lock"

    @api.model
    def _crm_merge(self, customer, sources):
        """End what the customer that remains cannot have, before it is merged.

        :param customer: res.partner record that remains
        :param sources: res.partner records that are about to vanish
        """
        # sudo: what was granted to other owners, and who asked for it
        others = sources.sudo().filtered(lambda one: one.user_id != customer.user_id)
        others.with_env(self.env)._crm_unlock(
            self.env._("The customer went to another owner")
        )
        # sudo: requests change by their methods only
        locks = self.sudo().search(
            [
                ("partner_id", "in", (customer | sources).ids),
                ("state", "in", ("requested", "approved")),
            ]
        )
        locks = locks.sorted(lambda lock: (lock.partner_id != customer, lock.id))
        waiting = locks.filtered(lambda lock: lock.state == "requested")
        mine = waiting.filtered(lambda lock: lock.owner_id == customer.user_id)
        ended = {"ended_at": fields.Datetime.now()}
        (waiting - mine[:1])._crm_workflow().write(
            {
                **ended,
                "state": "cancelled",
                "end_reason": self.env._("The customer was merged"),
            }
        )
        granted = (locks - waiting).sorted("until", reverse=True)
        granted[1:]._crm_workflow().write(
            {
                **ended,
                "state": "ended",
                "end_reason": self.env._("Replaced by a new lock"),
            }
        )
        (waiting | granted).flush_recordset()
