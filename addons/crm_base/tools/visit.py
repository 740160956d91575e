"""From where the present call comes, also where Odoo hides the request.

Odoo takes the request away while it serves XML-RPC and JSON-RPC; the controllers of
this addon remember before what logs have to tell.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from typing import NamedTuple

from odoo.http import request


class Visit(NamedTuple):
    """Where a call comes from.

    :ivar str ip_address: the caller's; behind a proxy the client's, in ``proxy_mode``
    :ivar str path: what was asked for
    :ivar str user_agent: browser or program
    """

    ip_address: str
    path: str
    user_agent: str


_REMEMBERED = ContextVar("crm_visit", default=None)


def current_visit():
    """Return the Visit that this call belongs to, None for the system's own work."""
    if not request:
        return _REMEMBERED.get()
    asked = request.httprequest
    return Visit(asked.remote_addr or "", asked.path, asked.user_agent.string or "")


@contextmanager
def remembered_visit():
    """Remember the present request for as long as this lasts."""
    token = _REMEMBERED.set(current_visit())
    try:
        yield
    finally:
        _REMEMBERED.reset(token)
