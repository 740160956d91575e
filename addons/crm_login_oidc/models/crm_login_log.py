from odoo import api, models


class CrmLoginLog(models.Model):
    _inherit = "crm.login.log"

    @api.model
    def _selection_way(self):
        return [*super()._selection_way(), ("oidc", self.env._("OpenID Connect"))]
