from odoo import api, models

from .crm_playbook_mixin import AUTOMATIC_KEY


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        # RFC 3834: a machine answers, nobody has read anything
        automatic = message.get("Auto-Submitted", "no").strip().lower() != "no"
        thread = self.with_context(**{AUTOMATIC_KEY: True}) if automatic else self
        return super(MailThread, thread)._message_route_process(
            message, message_dict, routes
        )
