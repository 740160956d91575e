from odoo import models


class ResPartner(models.Model):
    """Another level is a door too: into the room that its owner has for that level."""

    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("customer_level_id"):
            # sudo: the owner's room counts, whoever changes the level
            customers = self.sudo().filtered(
                lambda one: one.is_crm_customer and one.active and one.user_id
            )
            for owner, theirs in customers.grouped("user_id").items():
                owner.with_env(self.env)._crm_check_level(theirs)
        return result
