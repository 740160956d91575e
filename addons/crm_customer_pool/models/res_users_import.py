from odoo import models


class ResUsers(models.Model):
    """What an import of customers tells of the limits of pools before it begins."""

    _inherit = "res.users"

    def _crm_room(self):
        self.ensure_one()
        limit, pool_id = self._crm_holding_limit()
        if not limit:
            return super()._crm_room()
        held = self._crm_held_count()
        return max(0, limit - held), self.env._(
            "%(user)s owns %(held)s customers, and a member of the pool %(pool)s may"
            " own %(limit)s.",
            # sudo: names of a colleague and of a pool that the reader need not see
            user=self.sudo().name,
            held=held,
            limit=limit,
            pool=self.env["crm.pool"].sudo().browse(pool_id).name,
        )
