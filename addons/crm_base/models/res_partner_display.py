from odoo import api, models

# what a caller may add to a name, by the context: e-mail, address, tax number
ADDED = ("show_address", "show_email", "show_vat")


class ResPartner(models.Model):
    """A record that points to a customer tells its name, and no way to reach it.

    Odoo adds the e-mail or the address to the name when the caller wants them, and
    tells it to everybody who sees a record that points there: a task, an invitation.
    """

    _inherit = "res.partner"

    def _crm_called(self):
        """Hook: return what this is called (str), for those who see a record of it.

        Others read it too, who may not see the customer.
        """
        self.ensure_one()
        return self.name or ""

    @api.depends_context("uid")
    def _compute_display_name(self):
        if not any(self.env.context.get(key) for key in ADDED):
            return super()._compute_display_name()
        # sudo: whether it is a customer's, of whatever is named
        customers = self._origin.filtered(lambda one: one.sudo().crm_customer_id)
        # names are computed in sudo mode, for whoever asks
        unseen = customers - customers.sudo(False)._filtered_access("read")
        hidden = self.filtered(lambda one: one._origin in unseen)
        plain = hidden.with_context(**dict.fromkeys(ADDED, False))
        super(ResPartner, plain)._compute_display_name()
        for partner, named in zip(hidden, plain, strict=True):
            partner.display_name = named.display_name
        return super(ResPartner, self - hidden)._compute_display_name()
