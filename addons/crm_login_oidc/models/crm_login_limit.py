from odoo import api, models

from odoo.addons.crm_login.models.crm_login_limit import Policy

# log-ins that one address begins at a provider and does not finish
BEGUN = Policy(150, 30, 900, 3600)


class CrmLoginLimit(models.Model):
    _inherit = "crm.login.limit"

    @api.model
    def _crm_policies(self):
        return {**super()._crm_policies(), "oidc": BEGUN}
