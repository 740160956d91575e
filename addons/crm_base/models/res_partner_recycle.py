from odoo import api, models
from odoo.exceptions import UserError


class ResPartner(models.Model):
    """Deleted customers: with their contacts into the bin, and back."""

    _inherit = "res.partner"
    _crm_recycle = True
    # a contact of nobody would be anybody's to read
    _crm_recycle_parents = ("parent_id", "crm_customer_id")

    def unlink(self):
        return super(ResPartner, self | self._crm_contacts_below()).unlink()

    def _crm_contacts_below(self):
        """Return the contacts, archived ones too, that go when these customers go.

        Odoo would leave them behind, as contacts of nobody that everybody may read.
        """
        customers = self.filtered("is_crm_customer")
        if not customers:
            return self.browse()
        # sudo: all contacts of a customer, whoever is asked; deleting checks the rights
        return (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("crm_customer_id", "in", customers.ids),
                    ("is_crm_customer", "=", False),
                    ("id", "not in", self.ids),
                ]
            )
            .with_env(self.env)
        )

    def _crm_recycle_roots(self):
        deleted = set(self.ids)
        return {
            # sudo: a customer out of sight is not in the list either
            partner.id: partner.sudo().crm_customer_id.id
            if partner.sudo().crm_customer_id.id in deleted
            else partner.id
            for partner in self
        }

    def _crm_may_lack_owner(self):
        """Hook: return whether this customer may be without an owner (bool)."""
        return False

    def _crm_after_restore(self):
        result = super()._crm_after_restore()
        kept = self.filtered(
            lambda partner: (
                partner.is_crm_customer
                and (partner.user_id or not partner._crm_may_lack_owner())
            )
        )
        for owner, customers in kept.grouped("user_id").items():
            if self._crm_can_own(owner):
                # archived customers take no room
                if active := customers.filtered("active"):
                    active._crm_check_owner_change(owner, "restore")
                continue
            # whoever had them has left: they come back to whoever wants them back
            customers.with_env(self.env(su=False))._crm_change_owner(
                self.env.user,
                "transfer",
                self.env._("Restored; %(user)s has left.", user=owner.name or ""),
            )
        return result

    @api.model
    def _crm_can_own(self, user):
        try:
            user._crm_check_can_own()
        except UserError:
            return False
        return bool(user)
