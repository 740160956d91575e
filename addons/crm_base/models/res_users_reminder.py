from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

REMINDER_FIELDS = [
    "crm_reminder_matrix",
    "crm_reminder_quiet",
    "crm_reminder_quiet_from",
    "crm_reminder_quiet_to",
    "crm_reminder_weekdays",
    "crm_reminder_shift",
    "crm_reminder_digest",
    "crm_reminder_digest_hour",
]


class ResUsers(models.Model):
    """How each person wants to be reminded: channels, rest, a mail in the morning."""

    _inherit = "res.users"

    crm_reminder_matrix = fields.Json(
        "Reminders",
        compute="_compute_crm_reminder_matrix",
        inverse="_inverse_crm_reminder_matrix",
    )
    crm_reminder_quiet = fields.Boolean(
        "Quiet Hours", help="Reminders of this time come when it is over."
    )
    crm_reminder_quiet_from = fields.Float("Quiet From", default=21.0)
    crm_reminder_quiet_to = fields.Float("Quiet To", default=8.0)
    crm_reminder_weekdays = fields.Boolean(
        "Working Days Only",
        help="Reminders of days off come on a working day of the company's calendar.",
    )
    crm_reminder_shift = fields.Selection(
        [
            ("next", "On the Working Day After"),
            ("previous", "On the Working Day Before"),
        ],
        "Reminders of Days Off",
        default="next",
    )
    crm_reminder_digest = fields.Boolean(
        "One Mail in the Morning",
        help="One e-mail with the whole day instead of one for each reminder.",
    )
    crm_reminder_digest_hour = fields.Float("Sent At", default=8.5)

    @property
    def SELF_READABLE_FIELDS(self):
        return super().SELF_READABLE_FIELDS + REMINDER_FIELDS

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return super().SELF_WRITEABLE_FIELDS + REMINDER_FIELDS

    @api.constrains(
        "crm_reminder_quiet_from", "crm_reminder_quiet_to", "crm_reminder_digest_hour"
    )
    def _check_crm_reminder_hours(self):
        for user in self:
            for hour in (
                user.crm_reminder_quiet_from,
                user.crm_reminder_quiet_to,
                user.crm_reminder_digest_hour,
            ):
                if not 0 <= hour < 24:
                    raise ValidationError(
                        self.env._("The time of day lies between 00:00 and 23:59.")
                    )

    @api.depends_context("lang")
    def _compute_crm_reminder_matrix(self):
        Reminder = self.env["crm.reminder"]
        codes = Reminder._crm_reminder_channels()
        # sudo: names of kinds and channels, and the person's own choices
        channels = (
            self.env["crm.reminder.channel"]
            .sudo()
            .search([("code", "in", list(codes))])
        )
        kinds = self.env["crm.reminder.kind"].sudo().search([("code", "!=", "digest")])
        preferences = (
            self.env["crm.reminder.preference"]
            .sudo()
            .search([("user_id", "in", self.ids)])
        )
        own = {(row.user_id.id, row.kind_id.id): row.channel_ids for row in preferences}
        for user in self:
            user.crm_reminder_matrix = {
                "channels": [
                    {"id": channel.id, "code": channel.code, "name": channel.name}
                    for channel in channels
                ],
                "kinds": [
                    {
                        "id": kind.id,
                        "name": kind.name,
                        "channels": (
                            own.get((user._origin.id, kind.id), kind.channel_ids)
                            & channels
                        ).ids,
                    }
                    for kind in kinds
                ],
            }

    def _inverse_crm_reminder_matrix(self):
        # sudo: rows are kept by this field only, which a person writes on the own user
        Preference = self.env["crm.reminder.preference"].sudo()
        # pylint: disable-next=no-search-all; there are a few dozen at most
        kinds = self.env["crm.reminder.kind"].sudo().search([])
        # pylint: disable-next=no-search-all; there are a handful
        channels = self.env["crm.reminder.channel"].sudo().search([])
        for user in self:
            wanted = self._crm_parse_matrix(user.crm_reminder_matrix)
            rows = {
                row.kind_id: row
                for row in Preference.search([("user_id", "=", user.id)])
            }
            for kind in kinds.filtered(lambda kind, w=wanted: kind.id in w):
                chosen = channels.filtered(
                    lambda channel, ids=wanted[kind.id]: channel.id in ids
                )
                row = rows.get(kind)
                if chosen == kind.channel_ids & channels:
                    (row or Preference).unlink()
                elif row:
                    row.channel_ids = chosen
                else:
                    Preference.create(
                        {
                            "user_id": user.id,
                            "kind_id": kind.id,
                            "channel_ids": [fields.Command.set(chosen.ids)],
                        }
                    )

    @api.model
    def _crm_parse_matrix(self, matrix):
        """Return a dict of kind's id to channels' ids (set) from what a form sent.

        :raise ValidationError: when it has another shape
        """
        try:
            return {
                int(kind["id"]): {int(channel) for channel in kind["channels"]}
                for kind in matrix["kinds"]
            }
        except (TypeError, KeyError, ValueError) as error:
            raise ValidationError(
                self.env._("The choice of reminders is not complete.")
            ) from error

    def _crm_own_rule(self):
        """Return the record rule of what is a person's alone; the boss sees all."""
        self.ensure_one()
        return Domain.TRUE if self._crm_is_boss() else Domain("user_id", "=", self.id)

    def _crm_after_rest(self, at):
        """Return the first moment from ``at`` on at which this person may be reminded.

        :param datetime at: UTC
        :return: datetime, UTC
        """
        self.ensure_one()
        if not (self.crm_reminder_quiet or self.crm_reminder_weekdays):
            return at
        zone = pytz.timezone(self.tz or "UTC")
        local = pytz.utc.localize(at).astimezone(zone).replace(tzinfo=None)
        Workday = self.env["crm.workday"]
        # the end of the rest of one day may lie in days off, and the other way round
        for _turn in range(3):
            local = self._crm_after_quiet(local)
            day = local.date()
            if not self.crm_reminder_weekdays or Workday._crm_is_working(
                self.company_id, day
            ):
                break
            next_day = Workday._crm_add(self.company_id, day, 1)
            local = datetime.combine(next_day, time())
        return zone.localize(local).astimezone(pytz.utc).replace(tzinfo=None)

    def _crm_after_quiet(self, local):
        """Return ``local`` (datetime), or the end of the quiet hours it lies in."""
        start, end = self.crm_reminder_quiet_from, self.crm_reminder_quiet_to
        if not self.crm_reminder_quiet or start == end:
            return local
        hour = local.hour + local.minute / 60
        midnight = datetime.combine(local.date(), time())
        if start < end:
            return midnight + timedelta(hours=end) if start <= hour < end else local
        if hour >= start:
            return midnight + timedelta(days=1, hours=end)
        return midnight + timedelta(hours=end) if hour < end else local
