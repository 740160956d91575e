from odoo import models
from odoo.exceptions import AccessError


class ResPartner(models.Model):
    """A customer in a pool is followed by nobody, also where its file can be read."""

    _inherit = "res.partner"

    def message_subscribe(self, partner_ids=None, subtype_ids=None):
        # sudo: which customers are in a pool; the system itself is not refused, and
        # who cannot read them is by mail
        pooled = self.sudo().filtered("pool_id")
        if pooled and not self.env.su and self.has_access("read"):
            raise AccessError(
                self.env._(
                    "%(name)s can be followed once somebody has claimed it.",
                    name=pooled[0].pool_name,
                )
            )
        return super().message_subscribe(partner_ids, subtype_ids)
