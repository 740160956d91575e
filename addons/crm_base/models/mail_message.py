from odoo import SUPERUSER_ID, models
from odoo.exceptions import AccessError

# what says that somebody wrote, who, and when
FACTS = {"author_id", "crm_is_automatic", "date", "email_from", "message_type"}


class MailMessage(models.Model):
    """What came in by e-mail is a fact: playbooks stop and points follow from it.

    The gateway takes mails in as the system user; whoever posts a message is its author
    in the database, whatever type the message claims to be.
    """

    _inherit = "mail.message"

    def write(self, vals):
        if not FACTS.isdisjoint(vals) and not (
            self.env.su or self.env.user._is_system()
        ):
            # sudo: what the messages are, whoever may read them
            mails = self.sudo().filtered(lambda one: one.message_type == "email")
            if mails or vals.get("message_type") == "email":
                raise AccessError(
                    self.env._("Who sent an e-mail, and when, is not changed.")
                )
        return super().write(vals)

    def _crm_came_in(self):
        """Return whether a person outside wrote this message by e-mail (bool).

        It came in through the gateway, and its author is neither a colleague nor a
        machine.
        """
        self.ensure_one()
        # sudo: who wrote, not what is known of them
        message = self.sudo()
        return (
            message.message_type == "email"
            and not message.crm_is_automatic
            and message.create_uid.id == SUPERUSER_ID
            and all(user.share for user in message.author_id.user_ids)
        )

    def _crm_sees_correspondents(self):
        """Return whether the user reads who wrote this and was written to (bool)."""
        self.ensure_one()
        # sudo: who they are, to ask whether that may be told
        people = self.sudo().partner_ids | self.sudo().author_id
        people = people.with_env(self.env)
        return self.env.su or people == people._filtered_access("read")
