from odoo import api, models

from ..tools.automatic_mail import is_automatic
from .mail_message_automatic import AUTOMATIC_KEY


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        thread = self
        if is_automatic(message):
            thread = self.with_context(**{AUTOMATIC_KEY: True})
        return super(MailThread, thread)._message_route_process(
            message, message_dict, routes
        )
