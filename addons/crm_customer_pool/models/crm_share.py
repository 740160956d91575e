from odoo import api, models
from odoo.exceptions import ValidationError


class CrmShare(models.Model):
    _inherit = "crm.share"

    @api.constrains("partner_id")
    def _check_partner_pool(self):
        for share in self:
            if share.partner_id.pool_id:
                raise ValidationError(
                    self.env._(
                        "%(name)s is in the pool %(pool)s and cannot be shared. Assign"
                        " it to somebody instead.",
                        # whoever names a customer by id learns no more than members do
                        name=share.partner_id._crm_masked_name(),
                        pool=share.partner_id.pool_id.name,
                    )
                )
