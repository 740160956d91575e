import logging
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import fields, models

_logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 5
RETRY_FIRST = timedelta(minutes=5)
ERROR_LENGTH = 500


class CrmReminderDelivery(models.Model):
    """A reminder on its way through one channel: waiting, sent once, or given up."""

    _name = "crm.reminder.delivery"
    _description = "Reminder Delivery"
    _order = "send_at desc, id desc"
    _rec_name = "channel"

    reminder_id = fields.Many2one(
        "crm.reminder", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one(
        "res.users", "Person", required=True, index=True, ondelete="cascade"
    )
    channel = fields.Char(required=True)
    state = fields.Selection(
        [
            ("pending", "Waiting"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("withdrawn", "Withdrawn"),
        ],
        required=True,
        default="pending",
    )
    send_at = fields.Datetime("Send On", required=True)
    sent_at = fields.Datetime("Sent On")
    attempts = fields.Integer()
    error = fields.Char()
    mail_id = fields.Many2one(
        "mail.mail", "E-mail", index="btree_not_null", ondelete="set null"
    )

    _reminder_channel_uniq = models.UniqueIndex(
        "(reminder_id, channel)", "A reminder goes through a channel once."
    )
    _pending_idx = models.Index("(send_at, user_id, channel) WHERE state = 'pending'")

    def _crm_send(self, user, channel, now):
        """Hand waiting deliveries of one person to a channel, as one message.

        :param user: res.users record
        :param str channel: code of the channel
        :param datetime now: UTC
        """
        Reminder = self.env["crm.reminder"]
        # the person's own rights, language and clock decide what the message says
        env = self.env(
            user=user.id,
            su=False,
            context={
                "lang": user.lang,
                "tz": user.tz,
                "allowed_company_ids": user.company_ids.ids,
            },
        )
        reminders = self.reminder_id.with_env(env)
        blind = reminders.filtered(lambda reminder: not reminder.title)
        blind.with_env(self.env)._crm_withdraw()
        told = self.filtered(lambda delivery: delivery.reminder_id not in blind)
        send = Reminder.with_env(env)._crm_reminder_channels().get(channel)
        if not told or not send:
            (self if not send else self - told).write({"state": "withdrawn"})
            return
        try:
            with self.env.cr.savepoint():
                values = send(user.with_env(env), told.reminder_id.with_env(env)) or {}
                told.write({"state": "sent", "sent_at": now, "error": False, **values})
        except SerializationFailure:
            raise
        except Exception as error:
            _logger.warning("reminders of %s by %s: %s", user.login, channel, error)
            told._crm_put_off(error, now)

    def _crm_put_off(self, error, now):
        """Try again later, each time after twice as long, then give up."""
        for attempts, deliveries in self.grouped("attempts").items():
            deliveries.write(
                {
                    "state": "pending" if attempts + 1 < MAX_ATTEMPTS else "failed",
                    "attempts": attempts + 1,
                    "error": str(error)[:ERROR_LENGTH],
                    "send_at": now + RETRY_FIRST * 2**attempts,
                }
            )
