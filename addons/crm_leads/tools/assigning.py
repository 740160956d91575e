"""Who gets the next lead: turns and loads, without any knowledge of Odoo."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

# sums of fractions are equal when they differ by less
ALMOST = 1e-9


class Limits(NamedTuple):
    """What a rule asks of whoever gets its leads.

    :ivar int max_open: open leads at most, 0 for any number
    :ivar int max_day: new leads per day at most, 0 for any number
    :ivar bool monthly: whether the capacity of 30 days holds
    :ivar bool skip_absent: whether absent people are passed over
    :ivar tuple hours: first and last hour (float) of work, empty for any time
    """

    max_open: int = 0
    max_day: int = 0
    monthly: bool = False
    skip_absent: bool = True
    hours: tuple = ()


@dataclass
class Desk:
    """What somebody has at the moment, the same for all rules of a run.

    :ivar int user_id: the person
    :ivar datetime now: the time on this person's clock
    :ivar bool is_absent: whether the person is away today
    :ivar bool is_workday: whether today is worked where the person works
    :ivar bool is_paused: whether the person gets no leads at the moment
    :ivar int open: open leads
    :ivar int today: leads got today
    :ivar int month: leads got within 30 days
    :ivar int month_max: how many these may be, None for any number
    :ivar int room: how many more the person may own, None for any number
    :ivar frozenset companies: ids of the companies the person works in
    :ivar str refusal: why the person cannot take any more, as a hook has said
    """

    user_id: int
    now: datetime = datetime.min
    is_absent: bool = False
    is_workday: bool = True
    is_paused: bool = False
    open: int = 0
    today: int = 0
    month: int = 0
    month_max: int | None = None
    room: int | None = None
    companies: frozenset = frozenset()
    refusal: str = ""


@dataclass
class Person:
    """Somebody in a rule.

    :ivar Desk desk: what the person has
    :ivar int weight: relative share
    :ivar int place: place in the list, from 1
    :ivar float lag: turns that the person is owed, below zero when some are ahead
    :ivar float last: when the person last got a lead by this rule, a number
    :ivar int given: leads given since the numbers were read
    """

    desk: Desk
    weight: int = 1
    place: int = 1
    lag: float = 0.0
    last: float = 0.0
    given: int = field(default=0)

    def obstacle(self, limits):
        """Return why this person is passed over, a code, "" for no reason."""
        desk = self.desk
        checks = (
            ("refused", desk.refusal),
            ("paused", desk.is_paused),
            ("absent", limits.skip_absent and desk.is_absent),
            ("hours", limits.hours and not self._is_at_work(limits.hours)),
            ("open", limits.max_open and desk.open >= limits.max_open),
            ("day", limits.max_day and desk.today >= limits.max_day),
            (
                "month",
                limits.monthly
                and desk.month_max is not None
                and desk.month >= desk.month_max,
            ),
            ("room", desk.room is not None and desk.room <= 0),
        )
        return next((code for code, holds in checks if holds), "")

    def _is_at_work(self, hours):
        now = self.desk.now
        hour = now.hour + now.minute / 60
        return self.desk.is_workday and hours[0] <= hour < hours[1]

    def take(self, moment):
        """Note that this person got a lead.

        :param float moment: a number that grows with every lead
        """
        self.given += 1
        self.last = moment
        self.desk.open += 1
        self.desk.today += 1
        self.desk.month += 1
        if self.desk.room is not None:
            self.desk.room -= 1


def in_turn(people):
    """Return whose turn it is (Person), and let the turns go on.

    Everybody's next turn has a window: it begins when the exact share reaches the
    leads already got, and ends when it would be a whole lead ahead of them. The window
    that ends first is served. So with the same people nobody is ever a whole lead away
    from the exact share, whatever the weights. Who is not among them keeps what is
    owed, and is owed nothing for the time away.

    :param list people: of Person, at least one
    """
    whole = sum(person.weight for person in people)
    for person in people:
        person.lag += person.weight / whole
    begun = [person for person in people if person.lag > ALMOST] or people
    chosen = min(
        begun,
        key=lambda person: (
            round((1 - person.lag) * whole / person.weight, 9),
            person.place,
        ),
    )
    chosen.lag -= 1
    return chosen


def least_loaded(people):
    """Return who has the fewest open leads (Person), measured by the share.

    Of equals, whoever has waited longest.

    :param list people: of Person, at least one
    """
    return min(
        people,
        key=lambda person: (
            round(person.desk.open / person.weight, 9),
            person.last,
            person.place,
        ),
    )


METHODS = {"turn": in_turn, "load": least_loaded}
