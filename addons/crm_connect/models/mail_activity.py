from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def action_notify(self):
        """Tell the people in charge, by the channels that they chose; return True."""
        super(MailActivity, self.with_context(crm_notice_kind="todo")).action_notify()
        return True
