"""Provinces of China and their cities, as a form offers them."""

from functools import cache

from odoo.addons.crm_base.tools import china_places


@cache
def cities() -> dict[str, list[str]]:
    """Return the cities (list of str) of each province; a city that is one, itself."""
    found = {}
    for place, province in china_places.provinces().items():
        if province == china_places.COUNTRY:
            continue
        below = found.setdefault(province, [])
        if place != province:
            below.append(place)
    return {province: below or [province] for province, below in found.items()}
