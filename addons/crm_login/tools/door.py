"""Where somebody stands: the address and the device of a request."""

import ipaddress
import re
import threading
from contextlib import contextmanager

from odoo.http import request

MOBILE = re.compile(
    r"Mobi|Android|iPhone|iPad|HarmonyOS|MicroMessenger|DingTalk|Lark|Feishu", re.I
)


_behind = threading.local()


def present():
    """Return (address, user agent) of whoever asks now, None outside of a request.

    Odoo has put there what a proxy says only if it runs in proxy mode; what a client
    says of itself in ``X-Forwarded-For`` never counts.
    """
    return _place_of(request) if request else getattr(_behind, "place", None)


@contextmanager
def remembered(asked):
    """Remember where a request comes from while Odoo hides it."""
    _behind.place = _place_of(asked) if asked else None
    try:
        yield
    finally:
        _behind.place = None


def _place_of(asked):
    httprequest = asked.httprequest
    return httprequest.environ.get("REMOTE_ADDR") or "", httprequest.user_agent.string


def is_mobile(user_agent):
    """Return whether a browser says that it runs on a phone (bool)."""
    return bool(MOBILE.search(user_agent or ""))


def networks_of(text):
    """Return the networks (list) that a text names, one a line or separated.

    :raise ValueError: names what is none
    """
    words = (text or "").replace(",", " ").replace("，", " ").split()
    return [ipaddress.ip_network(word, strict=False) for word in words]


def is_inside(address, networks):
    """Return whether an address lies in one of the networks (bool)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if found.version == 6 and found.ipv4_mapped:
        found = found.ipv4_mapped
    return any(
        found.version == network.version and found in network for network in networks
    )
