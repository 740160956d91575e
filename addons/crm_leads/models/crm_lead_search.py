from odoo import api, models


class CrmLead(models.Model):
    """A lead is found by its WeChat account as well."""

    _inherit = "crm.lead"

    @api.model
    def _crm_search_key_fields(self):
        return [*super()._crm_search_key_fields(), "wechat"]
