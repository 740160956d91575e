from odoo import fields, models


class CrmNoticeReceipt(models.Model):
    """That a notice was sent to somebody, and when it was read."""

    _name = "crm.notice.receipt"
    _description = "Notice Receipt"
    _order = "read_at desc, user_id"
    _rec_name = "user_id"

    notice_id = fields.Many2one(
        "crm.notice", required=True, ondelete="cascade", index=True, readonly=True
    )
    user_id = fields.Many2one(
        "res.users", "Recipient", required=True, ondelete="cascade", readonly=True
    )
    message_id = fields.Many2one(
        "mail.message", ondelete="set null", index="btree_not_null", readonly=True
    )
    read_at = fields.Datetime("Read On", readonly=True)

    _user_notice_uniq = models.UniqueIndex(
        "(user_id, notice_id)", "Somebody gets a notice once."
    )

    def _crm_mark_read(self):
        """Stamp what is not stamped yet, here and in the inbox."""
        unread = self.filtered(lambda receipt: not receipt.read_at)
        if not unread:
            return
        unread.write({"read_at": fields.Datetime.now()})
        partners = unread.user_id.partner_id
        notifications = self.env["mail.notification"].search(
            [
                ("mail_message_id", "in", unread.message_id.ids),
                ("res_partner_id", "in", partners.ids),
                ("is_read", "=", False),
            ]
        )
        notifications.write({"is_read": True})
