from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    """Who sees requests to join customers."""

    _inherit = "res.users"

    def _crm_join_request_rule(self):
        """Return the record rule of requests: one's own, and those to the scope."""
        owned = self._crm_owner_domain("read", "partner_id.user_id")
        if owned.is_true():
            return owned
        return owned | Domain("requester_id", "=", self.id)
