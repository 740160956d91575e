from markupsafe import Markup, escape

from odoo import models
from odoo.fields import Domain
from odoo.tools import html2plaintext
from odoo.tools.mail import html_sanitize

# characters of a text message; longer ones cost several
SMS_LENGTH = 200


class ResUsers(models.Model):
    _inherit = "res.users"

    def _crm_notify(self, kind, subject, body, record=None, author=None):
        """Tell these users something: in the inbox at once, and by their other ways.

        :param str kind: one of the kinds of crm.notice.preference
        :param str subject: one line
        :param body: HTML (Markup), or plain text
        :param record: what it is about; must keep messages to be linked
        :param author: res.users record, the system by default
        :return: the message in the inbox
        """
        html = body if isinstance(body, Markup) else escape(body or "")
        where = {}
        thread = self.env["mail.thread"]
        if record is not None and "message_ids" in record._fields:
            thread = record
        elif record is not None:
            where = {"model": record._name, "res_id": record.id}
        # sudo: the system speaks where nobody else does
        speaker = (author or self.env.ref("base.user_root")).sudo()
        # sudo: telling colleagues is the purpose; what is told was checked before
        return (
            thread.sudo()
            .with_context(crm_notice_kind=kind)
            .message_notify(
                partner_ids=self.sudo().partner_id.ids,
                subject=subject,
                body=html_sanitize(html),
                author_id=speaker.partner_id.id,
                force_record_name=subject,
                notify_author_mention=True,
                **where,
            )
        )

    def _crm_notice_rule(self, mode="read"):
        """Return the record rule of notices: the author's scope, and what one was sent.

        :param str mode: ``read`` or ``write``
        """
        authored = self._crm_owner_domain(mode, "author_id")
        if mode != "read" or authored.is_true():
            return authored
        mine = Domain("receipt_ids", "any!", [("user_id", "=", self.id)])
        return authored | (Domain("state", "=", "published") & mine)

    def _crm_receipt_rule(self):
        """Return the record rule of receipts: one's own, and of one's own notices."""
        authored = self._crm_owner_domain("read")
        if authored.is_true():
            return authored
        ids = self._crm_scope_ids("read")
        written = Domain("notice_id", "any!", [("author_id", "in", ids)])
        return written | Domain("user_id", "=", self.id)

    def _crm_mine_rule(self):
        """Return the record rule of what belongs to one person alone."""
        return Domain("user_id", "=", self.id)

    def _crm_webhook_rule(self):
        """Return the record rule of webhooks: robots for messages are for choosing."""
        if self._crm_is_boss():
            return Domain.TRUE
        return Domain("model_id", "=", False)

    def _crm_preferences(self, kind):
        """Return by which other ways each of these users hears of a kind.

        :return: dict of user id to (by e-mail, by SMS, crm.webhook)
        """
        # sudo: the sender does not see the wishes of others, the system keeps them
        found = (
            self.env["crm.notice.preference"]
            .sudo()
            .search([("user_id", "in", self.ids), ("kind", "=", kind)])
        )
        wishes = {
            one.user_id.id: (one.by_email, one.by_sms, one.webhook_id) for one in found
        }
        none = self.env["crm.webhook"].sudo()
        return {
            user.id: wishes.get(user.id)
            # what Odoo's own setting says until the person says otherwise
            or (user.notification_type == "email", False, none)
            for user in self.sudo()
        }

    def _crm_notify_otherwise(self, kind, subject, html, url=""):
        """Tell these users by the ways that they chose beside the inbox."""
        mails, texts, hooks = [], [], self.env["crm.webhook"]
        plain = html2plaintext(html or "").strip()
        for user_id, (by_email, by_sms, webhook) in self._crm_preferences(kind).items():
            # sudo: addresses of colleagues, for telling them
            partner = self.browse(user_id).sudo().partner_id
            if by_email and partner.email:
                mails.append(
                    {
                        "subject": subject,
                        "body_html": html,
                        "email_to": partner.email_formatted,
                        "auto_delete": True,
                    }
                )
            if by_sms:
                number = partner._phone_format(fname="phone") or partner.phone
                if number:
                    text = f"{subject} {plain}".strip()[:SMS_LENGTH]
                    texts.append(
                        {"number": number, "body": text, "partner_id": partner.id}
                    )
            hooks |= webhook
        # sudo: mails and text messages are the system's
        self.env["mail.mail"].sudo().create(mails)
        if texts:
            self.env["sms.sms"].sudo().create(texts)
        hooks._crm_send_message(subject, plain[:1000], url)
