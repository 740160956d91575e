from odoo import models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def unlink(self):
        # before the messages go
        if not self._crm_recycle_applies():
            return super().unlink()
        with self._crm_recycling() as records:
            return super(MailThread, records).unlink()
