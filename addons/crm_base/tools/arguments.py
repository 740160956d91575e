"""What programs pass to public methods, as what it is meant to be."""

import math


def as_text(value):
    """Return a text without what surrounds and what a database refuses, "" if none."""
    return value.replace("\0", "").strip() if isinstance(value, str) else ""


def as_id(value):
    """Return the id of a record (int), 0 if it is none."""
    return value if type(value) is int and 0 < value < 2**31 else 0


def as_number(value):
    """Return a number (int or float), None if it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value if math.isfinite(value) else None
