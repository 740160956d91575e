from odoo import models


class CrmShare(models.Model):
    _inherit = "crm.share"

    _until_idx = models.Index("(until) WHERE until IS NOT NULL")
