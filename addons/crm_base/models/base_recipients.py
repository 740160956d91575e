from odoo import models


class Base(models.AbstractModel):
    """Whom a chatter proposes to write to: only people in the reader's sight.

    Odoo takes the customer of a record that one reads for somebody whom one reads too.
    A task, a follow-up or a meeting of former days outlives that: without this, its
    chatter told name and e-mail of a customer that somebody else has now, or failed.
    """

    _inherit = "base"

    def _message_add_suggested_recipients(self, force_primary_email=False):
        suggested = super()._message_add_suggested_recipients(
            force_primary_email=force_primary_email
        )
        if not self.env.su:
            for one in suggested.values():
                one["partners"] = one["partners"]._filtered_access("read")
        return suggested

    def _sort_suggested_messages(self, messages):
        found = super()._sort_suggested_messages(messages)
        return found.filtered(lambda message: message._crm_sees_correspondents())

    def _message_get_suggested_recipients_batch(
        self,
        reply_discussion=False,
        reply_message=None,
        no_create=True,
        primary_email=False,
        additional_partners=None,
    ):
        if reply_message and not reply_message._crm_sees_correspondents():
            reply_message = None
        return super()._message_get_suggested_recipients_batch(
            reply_discussion=reply_discussion,
            reply_message=reply_message,
            no_create=no_create,
            primary_email=primary_email,
            additional_partners=additional_partners,
        )
