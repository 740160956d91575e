"""Names of places, as people write them in addresses."""

import re

# "Hangzhou" and "Hangzhou City" are one place; what is left has two characters at least
KIND = re.compile(
    r"^(.{2,}?)(?:特别行政区|自治州|自治县|地区|新区|市|盟|区|縣|區|县|旗)$"
)
SEPARATORS = re.compile(r"[\s,，、;；/]+")


def place_key(name: str | bool | None) -> str:
    """Return a name of a place without what people leave out; "" for nothing."""
    name = (name or "").strip().lower()
    found = KIND.match(name)
    return found[1] if found else name


def place_keys(names: str | bool | None) -> frozenset[str]:
    """Return the keys of a list of places in one line."""
    return frozenset(
        key for part in SEPARATORS.split(names or "") if (key := place_key(part))
    )
