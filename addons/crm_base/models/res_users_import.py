from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def _crm_import_rule(self, user_field="user_id"):
        """Return the record rule of imports: one's own, all of them for the boss.

        :param str user_field: path to whoever imports
        """
        if self._crm_is_boss():
            return Domain.TRUE
        return Domain(user_field, "=", self.id)
