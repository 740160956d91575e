"""When a customer goes back, in plain Python: written from the guide, not the SQL."""

from datetime import date, timedelta
from typing import NamedTuple

FOLLOWUP, OPPORTUNITY, DEAL, CONTRACT = (
    "no_followup",
    "no_opportunity",
    "no_deal",
    "contract_end",
)


class Rule(NamedTuple):
    """A rule as its screen shows it; lists are sets of ids, empty for all."""

    id: int
    trigger: str
    days: int
    working: bool = False
    levels: frozenset = frozenset()
    stages: frozenset = frozenset()
    types: frozenset = frozenset()
    grace: int = 0
    extend: int = 0
    most: int = 0
    spare_deals: bool = False
    spare_open: bool = False
    not_before: date | None = None


class Facts(NamedTuple):
    """What is known about a customer; days are those of the pool."""

    owned: date
    followup: date | None = None
    opportunity: date | None = None
    deal: date | None = None
    contract: date | None = None
    open: bool = False
    locked_until: date | None = None
    level: int | None = None
    stage: int | None = None
    type: int | None = None


class Calendar(NamedTuple):
    """Which days count for the owner."""

    worked: frozenset = frozenset()
    away: frozenset = frozenset()

    def add(self, day, count, working):
        """Walk forward day by day, counting those that count."""
        while count:
            day += timedelta(days=1)
            if day in self.away:
                continue
            if working and day not in self.worked:
                continue
            count -= 1
        return day


def deadline(rule, facts, calendar):
    """Return the day on which one rule takes a customer back, None for never."""
    if rule.levels and facts.level not in rule.levels:
        return None
    if rule.stages and facts.stage not in rule.stages:
        return None
    if rule.types and facts.type not in rule.types:
        return None
    if rule.spare_deals and facts.deal:
        return None
    if rule.spare_open and facts.open:
        return None
    if rule.trigger == CONTRACT and not facts.contract:
        return None

    def after(day, count):
        return calendar.add(day, count, rule.working)

    # a follow-up of an earlier owner is none
    followup = facts.followup
    if followup and followup < facts.owned:
        followup = None
    if rule.trigger == FOLLOWUP:
        protected = facts.owned
        event = None if rule.extend else followup
    else:
        event = {
            OPPORTUNITY: facts.opportunity,
            DEAL: facts.deal,
            CONTRACT: max(filter(None, (facts.contract, facts.deal)), default=None),
        }[rule.trigger]
        protected = max(facts.owned, event) if event else facts.owned
    begin = after(facts.owned, rule.grace)
    if event and event > begin:
        begin = event
    day = after(begin, rule.days)
    if rule.extend and followup:
        day = max(day, after(followup, rule.extend))
    if rule.most:
        day = min(day, after(protected, rule.most))
    if rule.not_before:
        day = max(day, rule.not_before)
    if facts.locked_until:
        day = max(day, facts.locked_until + timedelta(days=1))
    return day


def first(rules, facts, calendar):
    """Return (day, rule id) of the rule that is first, of rules in their order."""
    found = [
        (day, number, rule.id)
        for number, rule in enumerate(rules)
        if (day := deadline(rule, facts, calendar))
    ]
    if not found:
        return None
    day, _number, rule_id = min(found)
    return day, rule_id
