from odoo import models

from ..tools import masking


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _crm_masked_name(self):
        """Return what pool members see of a name (str)."""
        self.ensure_one()
        mask = masking.mask_text if self.is_company else masking.mask_person
        return mask(self.name)
