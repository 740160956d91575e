"""Web sites that may show a form."""

import re

# a scheme and a host, a whole level of names by a star; no path, so that nothing else
# can stand in the header
ORIGIN = re.compile(
    r"https?://(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*"
    r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(:[0-9]{1,5})?"
)


def ancestors(text: str | bool | None) -> str:
    """Return the value of ``frame-ancestors`` for a list of web sites."""
    known = [part for part in (text or "").split() if ORIGIN.fullmatch(part)]
    return " ".join(["'self'", *known])
