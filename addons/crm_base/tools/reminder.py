"""What the scheduler of reminders is told by the addons that have something to say."""

from datetime import timedelta
from typing import NamedTuple

UNITS = {
    "minutes": timedelta(minutes=1),
    "hours": timedelta(hours=1),
    "days": timedelta(days=1),
}


class ReminderSource(NamedTuple):
    """Records with a date that somebody should be reminded of.

    :ivar str kind: code of the ``crm.reminder.kind`` that says when and how
    :ivar str model: technical name of the model
    :ivar str date_field: stored date or datetime; a date is due at the kind's hour
    :ivar str user_field: stored many2one or many2many to the people to remind
    :ivar list domain: what is still open; reminders of anything else are withdrawn
    :ivar str partner_field: stored many2one to the customer, "" if there is none
    :ivar str opens: many2one to the record that a click opens, "" for the record itself
    :ivar bool on_agenda: whether the morning mail lists what has its date today. Not
        what happened on that date, and is reminded of some time after it
    """

    kind: str
    model: str
    date_field: str
    user_field: str
    domain: list
    partner_field: str = ""
    opens: str = ""
    on_agenda: bool = True
