"""What lead scoring reckons with; the engine is crm.lead.score.rule."""

from datetime import datetime, timedelta
from typing import NamedTuple

from odoo.tools import SQL

# Days end for everybody at once, so that a score means the same all over the company:
# at midnight in China, eight hours before that of UTC.
DAY_OFFSET = timedelta(hours=8)


def day_of(moment):
    """Return the day (date) of a moment (naive datetime in UTC)."""
    return (moment + DAY_OFFSET).date()


def start_of(day):
    """Return the moment (naive datetime in UTC) when a day begins."""
    return datetime.combine(day, datetime.min.time()) - DAY_OFFSET


class ScoreSource(NamedTuple):
    """A kind of event that leads get points for.

    :ivar str name: for people, translated
    :ivar SQL events: gives ``lead_id`` and ``at`` (timestamp in UTC) of each event
    :ivar dict flush: the fields that the SQL reads, names per model
    """

    name: str
    events: SQL
    flush: dict


class ScoreRule(NamedTuple):
    """A rule as the engine takes it: one that is stored, or one being tried on."""

    id: int
    domain: list
    source: str
    points: int
    times: int
    window_days: int
    decay: str
    decay_days: int
    company_id: int
