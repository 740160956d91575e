from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    _crm_contact_fields = ("phone", "mobile", "phone_other", "email", "wechat", "qq")

    def _crm_contact_people(self):
        return self | self.child_ids.filtered("active")
