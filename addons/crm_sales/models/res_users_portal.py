from odoo import models


class ResUsers(models.Model):
    """Who serves oneself in the portal."""

    _inherit = "res.users"

    def _crm_orders_in_portal(self):
        """Return whether this user orders in the portal (bool): people of customers."""
        self.ensure_one()
        user = self.sudo()  # sudo: asked of whoever looks at a page
        return (
            user.share
            and user.company_id.crm_portal_order
            and user.partner_id.commercial_partner_id.is_crm_customer
        )
