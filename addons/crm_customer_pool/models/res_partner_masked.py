from odoo import api, models

from ..tools import masking


class ResPartner(models.Model):
    """What those who do not see a pooled customer know it by.

    Lists of the pool show the masked name. So does whatever still points to the
    customer: an old task or reminder, an invitation, a refusal.
    """

    _inherit = "res.partner"

    def _crm_masked_name(self):
        """Return what pool members see of a name (str)."""
        self.ensure_one()
        mask = masking.mask_text if self.is_company else masking.mask_person
        return mask(self.name)

    def _crm_called(self):
        if self._crm_is_masked():
            return self._crm_masked_name()
        return super()._crm_called()

    def _crm_is_masked(self):
        """Return whether the user knows this only by its masked name (bool)."""
        # sudo: whether it is in a pool, of whatever is named
        return not self._crm_sees_names() and bool(self.sudo().crm_customer_id.pool_id)

    @api.depends_context("uid")
    def _compute_display_name(self):
        # no dependency on the pool: see crm.pool.mixin
        masked = self.filtered(lambda partner: partner._crm_is_masked())
        for partner in masked:
            # sudo: the name behind what is shown of it
            names = [partner.sudo()._crm_masked_name()]
            if partner.sudo().crm_customer_id != partner._origin:
                names.insert(0, partner.sudo().crm_customer_id._crm_masked_name())
            partner.display_name = ", ".join(names)
        return super(ResPartner, self - masked)._compute_display_name()
