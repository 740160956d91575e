"""What leads are worth, once more: plain Python, without any code of the engine."""

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

CHINA = timedelta(hours=8)


def _rounded(number, digits):
    return Decimal(number).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _worth(rule, age):
    if rule["decay"] == "half":
        return _rounded(repr(0.5 ** (age / rule["decay_days"])), 4)
    if rule["decay"] == "linear":
        return _rounded(max(1 - Decimal(age) / rule["decay_days"], 0), 4)
    return Decimal(1)


def points(rule, lead, today):
    """Return what a rule (dict) gives to a lead (dict) on a day."""
    if not rule["test"](lead):
        return 0
    if rule["kind"] == "attribute":
        return rule["points"]
    days = [(moment + CHINA).date() for moment in lead["events"][rule["event"]]]
    days = [day for day in days if day <= today]
    if rule["window_days"]:
        days = [day for day in days if (today - day).days <= rule["window_days"]]
    last = sorted(days, reverse=True)[: rule["times"]]
    if not last:
        return 0
    total = sum((_worth(rule, (today - day).days) for day in last), Decimal(0))
    return int(_rounded(rule["points"] * total, 0))


def score(rules, lead, today):
    """Return (score, grade) of a lead by all rules."""
    total = sum(points(rule, lead, today) for rule in rules)
    for grade, least in (("a", 80), ("b", 50), ("c", 20)):
        if total >= least:
            return total, grade
    return total, "d"
