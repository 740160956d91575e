from odoo import api, fields, models
from odoo.exceptions import ValidationError

KINDS = [
    ("notice", "Notices"),
    ("todo", "Approvals and Activities to Do"),
    ("mention", "Mentions and Messages to Me"),
    ("reminder", "Reminders"),
    ("failure", "Failed Deliveries"),
]


class CrmNoticePreference(models.Model):
    """By which ways somebody wants to hear of what, beside the inbox."""

    _name = "crm.notice.preference"
    _description = "Notice Preference"
    _order = "user_id, id"
    _rec_name = "kind"

    user_id = fields.Many2one(
        "res.users",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.user,
    )
    kind = fields.Selection(KINDS, "Message", required=True, readonly=True)
    by_email = fields.Boolean("E-mail")
    by_sms = fields.Boolean("SMS")
    webhook_id = fields.Many2one(
        "crm.webhook",
        "Robot",
        ondelete="set null",
        domain=[("model_id", "=", False), ("active", "=", True)],
        help="A group robot that an administrator set up for messages.",
    )

    _user_kind_uniq = models.UniqueIndex("(user_id, kind)", "One row for each kind.")

    @api.constrains("webhook_id")
    def _check_webhook_id(self):
        for preference in self:
            # sudo: the person sees the name of the robot, not its address
            if preference.webhook_id.sudo().model_id:
                raise ValidationError(
                    self.env._("Choose a robot that is meant for messages.")
                )

    @api.constrains("by_sms", "user_id")
    def _check_by_sms(self):
        for preference in self.filtered("by_sms"):
            if not preference.user_id.partner_id.phone:
                raise ValidationError(
                    self.env._("Enter your mobile number in your profile first.")
                )

    @api.model
    def action_open_mine(self):
        """Open one's own preferences, complete; return the action (dict)."""
        user = self.env.user
        known = set(self.search([("user_id", "=", user.id)]).mapped("kind"))
        # sudo: rows are made by the system, one for each kind
        self.sudo().create(
            [
                {
                    "user_id": user.id,
                    "kind": kind,
                    "by_email": user.notification_type == "email",
                }
                for kind, _label in KINDS
                if kind not in known
            ]
        )
        return self.env["ir.actions.act_window"]._for_xml_id(
            "crm_connect.crm_notice_preference_action"
        )
