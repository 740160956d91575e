from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def _crm_pool_child_rule(self, kind):
        """Return the record rule of what belongs to a pool.

        :param str kind: of :meth:`_crm_pool_ids`
        """
        if self._crm_is_boss():
            return Domain.TRUE
        return Domain("pool_id", "in", self._crm_pool_ids(kind))
