from odoo import models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    def action_notify(self):
        return super(
            MailActivity, self.with_context(crm_notice_kind="todo")
        ).action_notify()
