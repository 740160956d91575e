from odoo import models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    # whether followers are told only what they may still read themselves
    _crm_followers_in_scope = False

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        recipients = super()._notify_get_recipients(
            message, msg_vals=msg_vals, **kwargs
        )
        if not self._crm_followers_in_scope or not self:
            return recipients
        values = msg_vals or {}
        named = (
            values["partner_ids"]
            if "partner_ids" in values
            # sudo: as in mail, recipients do not depend on who writes
            else message.sudo().partner_ids.ids
        )
        return [
            recipient
            for recipient in recipients
            if recipient["id"] in named or self._crm_may_notify(recipient)
        ]

    def _crm_may_notify(self, recipient):
        """Return whether a follower is still in reach of this record (bool).

        Whoever followed a customer and gave it away, left the team or had it on loan
        stays a follower, but hears no more of it. Outsiders were invited by name.
        """
        if not recipient["uid"] or recipient["share"]:
            return True
        return self.with_user(recipient["uid"]).has_access("read")
