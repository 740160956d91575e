from odoo import api, models

from .crm_playbook_mixin import AUTOMATIC_KEY


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        # RFC 3834: a machine answers, nobody has read anything
        automatic = message.get("Auto-Submitted", "no").strip().lower() != "no"
        if automatic:
            self = self.with_context(**{AUTOMATIC_KEY: True})  # noqa: PLW0642
        return super()._message_route_process(message, message_dict, routes)
