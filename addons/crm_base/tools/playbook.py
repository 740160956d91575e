"""Playbooks: kinds of steps, the hours in which they are done."""

from datetime import datetime, time, timedelta
from typing import NamedTuple

# a calendar without a working day for longer than this is a mistake
LONGEST_REST = 60


class StepKind(NamedTuple):
    """What a step of a playbook can do.

    :ivar str name: in the user's language
    :ivar str method: of crm.playbook.step, called with the record and the run; see
        ``_crm_step_kinds``
    :ivar bool reaches: whether it writes to the person that the record is about, who
        may have opted out
    """

    name: str
    method: str
    reaches: bool = False


def next_open(local, hour_from, hour_to, is_working):
    """Return the first moment from ``local`` on that lies in the hours of an open day.

    :param datetime local: naive, in the time zone of the people
    :param float hour_from: the hour of the day at which it opens
    :param float hour_to: the hour at which it closes, later than ``hour_from``
    :param is_working: function of a date, whether that day is open (bool)
    """
    day = local.date()
    if local >= hour_of(day, hour_to):
        day += timedelta(days=1)
    for _day in range(LONGEST_REST):
        if is_working(day):
            break
        day += timedelta(days=1)
    return max(local, hour_of(day, hour_from))


def hour_of(day, hour):
    """Return an hour (float, up to 24) of a day as datetime."""
    return datetime.combine(day, time()) + timedelta(minutes=round(hour * 60))
