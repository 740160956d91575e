from odoo import models
from odoo.fields import Domain


class CrmTeam(models.Model):
    _inherit = "crm.team"

    def _get_lead_to_assign_domain(self):
        unpooled = Domain("pool_id", "=", False)
        return Domain(super()._get_lead_to_assign_domain()) & unpooled
