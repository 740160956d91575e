from odoo import models


class ResPartner(models.Model):
    """Another level is a door too: into the room that its owner has for that level."""

    _inherit = "res.partner"

    def write(self, vals):
        level_id = vals.get("customer_level_id")
        # sudo: the owner's room counts, whoever changes the level
        changing = level_id and self.sudo().filtered(
            lambda one: one.customer_level_id.id != level_id
        )
        result = super().write(vals)
        if changing:
            customers = changing.filtered(
                lambda one: one.is_crm_customer and one.active and one.user_id
            )
            for owner, theirs in customers.grouped("user_id").items():
                owner.with_env(self.env)._crm_check_level(theirs)
        return result
