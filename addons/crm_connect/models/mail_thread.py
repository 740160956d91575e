from odoo import models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """People of the sales organisation find in their inbox what is for them.

        Odoo sends either a mail or a message to the inbox. Here what names somebody
        goes to the inbox at once, and to a mail or a phone beside it as the person
        likes. Messages that one merely follows are as Odoo has them.
        """
        recipients = super()._notify_get_recipients(
            message, msg_vals=msg_vals, **kwargs
        )
        named = (msg_vals or {}).get("partner_ids")
        if named is None:
            # sudo: as in mail, recipients do not depend on who writes
            named = message.sudo().partner_ids.ids
        sellers = self.env["ir.model.data"]._xmlid_to_res_id(
            "crm_base.group_salesperson"
        )
        kind = self.env.context.get("crm_notice_kind")
        for recipient in recipients:
            if (
                recipient["id"] in named
                and recipient["uid"]
                and not recipient["share"]
                and (kind or sellers in (recipient["groups"] or ()))
            ):
                recipient["notif"] = "inbox"
                recipient["crm_kind"] = kind or "mention"
        return recipients

    def _notify_thread_by_inbox(
        self, message, recipients_data, msg_vals=False, **kwargs
    ):
        result = super()._notify_thread_by_inbox(
            message, recipients_data, msg_vals=msg_vals, **kwargs
        )
        by_kind = {}
        for recipient in recipients_data:
            if recipient.get("crm_kind"):
                by_kind.setdefault(recipient["crm_kind"], []).append(recipient["uid"])
        for kind, ids in by_kind.items():
            # sudo: what the recipients are told, whoever caused it
            told = message.sudo()
            url = ""
            if told.model and told.res_id:
                url = f"{self.get_base_url()}/odoo/{told.model}/{told.res_id}"
            users = self.env["res.users"].browse(ids)
            subject = told.subject or told.record_name or users.env._("Message")
            users._crm_notify_otherwise(kind, subject, told.body, url)
        return result
