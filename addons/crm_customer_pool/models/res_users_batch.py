from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def _crm_pool_batch_rule(self, prefix=""):
        """Return the record rule of batches, or of what hangs on one.

        :param str prefix: path to the batch, with a dot at its end
        """
        ids = self._crm_scope_ids("read")
        if ids is None:
            return Domain.TRUE
        return Domain(f"{prefix}user_id", "in", ids) | Domain(
            f"{prefix}pool_id", "in", self._crm_pool_ids("admin")
        )
