from odoo import api, models
from odoo.fields import Domain


class ResUsers(models.Model):
    """What waits in a pool is sealed, and so is what tells about it."""

    _inherit = "res.users"

    @api.model
    def _crm_sealed_domain(self, model):
        sealed = super()._crm_sealed_domain(model)
        if model in self.env["crm.pool"]._crm_held_models().values():
            sealed |= Domain("pool_id", "!=", False)
        return sealed
