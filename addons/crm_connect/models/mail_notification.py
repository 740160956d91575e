from odoo import fields, models


class MailNotification(models.Model):
    _inherit = "mail.notification"

    failure_type = fields.Selection(
        selection_add=[
            ("crm_template", "No Template Fits"),
            ("crm_limit", "Limited by the Service"),
            ("crm_rejected", "Refused by the Service"),
        ]
    )

    def write(self, vals):
        result = super().write(vals)
        if self and vals.get("is_read"):
            # sudo: whoever reads a notice in the inbox has read the notice
            receipts = (
                self.env["crm.notice.receipt"]
                .sudo()
                .search(
                    [
                        ("message_id", "in", self.sudo().mail_message_id.ids),
                        ("notice_id.state", "=", "published"),
                        ("user_id.partner_id", "in", self.sudo().res_partner_id.ids),
                        ("read_at", "=", False),
                    ]
                )
            )
            pairs = {(one.mail_message_id, one.res_partner_id) for one in self.sudo()}
            receipts.filtered(
                lambda one: (one.message_id, one.user_id.partner_id) in pairs
            )._crm_mark_read()
        return result
