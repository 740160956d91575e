"""Talking to a provider of log-ins: JSON over HTTP, within bounds."""

import ipaddress
import json
from urllib.parse import urlencode, urlsplit

from odoo.addons.crm_connect.tools import guarded_http

# seconds for a whole call; somebody is waiting in front of the page
TIMEOUT = 10


class Unreachable(Exception):
    """The provider did not answer as it must; the argument says how.

    :ivar bool is_down: whether it failed, rather than refused what it was sent
    """

    def __init__(self, reason, is_down=True):
        super().__init__(reason)
        self.is_down = is_down


def is_secure(url, allowed):
    """Return whether log-ins may go over an address (bool).

    It must be encrypted, unless the administrator opened this very host.

    :param Allowed allowed: what was opened
    """
    try:
        parts, _port = guarded_http.split_url(url)
    except guarded_http.Refused:
        return False
    if parts.scheme == "https":
        return True
    host = parts.hostname.lower()
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host in allowed.hosts
    return allowed.has(host, address)


def fetch(url, allowed, form=None, headers=None):
    """Return the JSON object (dict) of an address.

    :param dict form: values to send; without it nothing is sent
    :raise Unreachable: whatever went wrong
    """
    more = {"Accept": "application/json", **(headers or {})}
    body = b""
    if form is not None:
        body = urlencode(form).encode()
        more["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        answer = guarded_http.call(
            url,
            body,
            more,
            allowed=allowed,
            timeout=TIMEOUT,
            method="GET" if form is None else "POST",
        )
    except guarded_http.Refused as error:
        raise Unreachable(
            f"{urlsplit(url).hostname}: address of the own network"
        ) from error
    except guarded_http.Failed as error:
        raise Unreachable(f"{urlsplit(url).hostname}: {error.kind}") from error
    try:
        document = json.loads(answer.text)
    except (ValueError, RecursionError) as error:
        raise Unreachable(f"HTTP {answer.status}, no JSON") from error
    if not isinstance(document, dict):
        raise Unreachable(f"HTTP {answer.status}, no JSON object")
    if answer.status != 200:
        reason = str(document.get("error") or "")[:60]
        raise Unreachable(
            f"HTTP {answer.status} {reason}".strip(), is_down=answer.status >= 500
        )
    return document
