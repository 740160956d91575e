from odoo import models


class ResPartner(models.Model):
    """Where pooled customers are, for whoever meets them as duplicates."""

    _inherit = "res.partner"

    def _crm_duplicate_places(self):
        places = super()._crm_duplicate_places()
        # sudo: pooled customers are out of sight as partners
        for customer in self.sudo().filtered("pool_id"):
            # sudo: whether the reader is among its members decides what is told
            pool = customer.pool_id.with_env(self.env)
            if pool._filtered_access("read"):
                places[customer.id] = self.env._(
                    "in the customer pool %(pool)s", pool=pool.name
                )
            else:
                places[customer.id] = self.env._("in a customer pool")
        return places
