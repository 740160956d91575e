from odoo.http import route

from odoo.addons.crm.controllers.main import CrmController
from odoo.addons.mail.controllers.mail import MailController


class CrmLostController(CrmController):
    """*Mark Lost* in an e-mail: asks why, where the company wants to know."""

    @route()
    def crm_lead_case_mark_lost(self, res_id, token):
        # an id that is none is refused by Odoo's own
        if str(res_id).isdecimal():
            is_right, lead, there = MailController._check_token_and_record_or_redirect(
                "crm.lead", int(res_id), token
            )
            if is_right and lead and lead._crm_asks_why_lost():
                # the form has the button, and the button asks
                return there
        return super().crm_lead_case_mark_lost(res_id, token)
