from odoo import models
from odoo.fields import Domain


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        moving = self.filtered(
            lambda user: (
                "company_id" in vals and user.company_id.id != vals["company_id"]
            )
        )
        result = super().write(vals)
        if moving:
            # sudo: their customers, whose working days are those of another company
            self.env["crm.pool.run"].sudo()._crm_request_refresh(users=moving)
        return result

    def _crm_pool_child_rule(self, kind):
        """Return the record rule of what belongs to a pool.

        :param str kind: of :meth:`_crm_pool_ids`
        """
        if self._crm_is_boss():
            return Domain.TRUE
        return Domain("pool_id", "in", self._crm_pool_ids(kind))
