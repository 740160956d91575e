"""HTTP calls to addresses that people enter.

Whoever may enter an address must not reach what only this server can reach. So the
name is resolved once, every address it has is checked, and the connection goes to the
very address that was checked. Redirects are not followed. Time and size are bounded:
the time for the whole call, not only for each wait.
"""

import http.client
import ipaddress
import socket
import ssl
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from threading import Timer
from time import time
from typing import NamedTuple
from urllib.parse import quote, urlsplit

# what an answer may have before it is cut off, in bytes
ANSWER_LIMIT = 64 * 1024
# the longest wait that a receiver may ask for, in seconds
LONGEST_WAIT = 24 * 3600

NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(Exception):
    """The address may not be called at all."""


class Failed(Exception):
    """The call did not come to an answer; ``kind`` says how."""

    def __init__(self, kind, message=""):
        super().__init__(message or kind)
        self.kind = kind


class Answer(NamedTuple):
    """What came back.

    :ivar int status: of HTTP
    :ivar dict headers: names in lower case
    :ivar str text: the body, cut off at :data:`ANSWER_LIMIT`
    """

    status: int
    headers: dict
    text: str

    @property
    def wait(self):
        """The seconds (int) that the receiver asks to wait, 0 if it does not."""
        value = self.headers.get("retry-after", "").strip()
        if value.isdigit():
            return min(int(value), LONGEST_WAIT)
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time()
        except (TypeError, ValueError, OverflowError):
            return 0
        return max(0, min(int(seconds), LONGEST_WAIT))


class Allowed:
    """What the administrator opened: networks, addresses and host names.

    :param str text: separated by blanks, commas or lines
    """

    def __init__(self, text=""):
        self.networks = []
        self.hosts = set()
        for word in (text or "").replace(",", " ").split():
            try:
                self.networks.append(ipaddress.ip_network(word, strict=False))
            except ValueError:
                self.hosts.add(word.lower())

    def has(self, host, address):
        """Return whether a host or one of its addresses was opened (bool)."""
        return host in self.hosts or any(
            address.version == network.version and address in network
            for network in self.networks
        )


def is_public(address):
    """Return whether an address belongs to the open internet (bool).

    Addresses that carry another one inside count as that one.
    """
    if address.version == 6:
        inner = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast


def split_url(url):
    """Return the parts of an address after checking its form.

    :raise Refused: when it is no address of a web server
    """
    try:
        parts = urlsplit((url or "").strip())
        port = parts.port
    except ValueError as error:
        raise Refused("form") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Refused("form")
    if parts.username or parts.password:
        raise Refused("form")
    return parts, port or (443 if parts.scheme == "https" else 80)


def resolve(host, port, allowed):
    """Return the address (str) to connect to.

    :raise Refused: when the name leads, also in part, to where it must not
    :raise Failed: when the name is unknown
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Failed("unknown_host") from error
    addresses = [entry[4][0].partition("%")[0] for entry in found]
    for text in addresses:
        address = ipaddress.ip_address(text)
        if not is_public(address) and not allowed.has(host.lower(), address):
            raise Refused("inside")
    return addresses[0]


class _Connection(http.client.HTTPConnection):
    """A connection to an address that was checked, for a host of that name."""

    def __init__(self, host, port, address, timeout, context):
        super().__init__(host, port, timeout=timeout)
        self.default_port = 443 if context else 80
        self._address = address
        self._context = context
        self.is_late = False

    def connect(self):
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._context:
            self.sock = self._context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def abort(self):
        """End whatever is going on; called by the clock."""
        self.is_late = True
        sock = self.sock
        if sock is not None:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                sock.close()

    @contextmanager
    def limited(self, seconds):
        """Let nothing inside take longer than this, whatever the other side does."""
        clock = Timer(seconds, self.abort)
        clock.daemon = True
        clock.start()
        try:
            yield
        finally:
            clock.cancel()
            self.close()


def call(url, body=b"", headers=None, *, allowed=None, timeout=10, method="POST"):
    """Send a request and return the :class:`Answer`, whatever its status.

    :param str url: http or https
    :param bytes body: what is sent
    :param dict headers: further headers
    :param Allowed allowed: what is open beside the internet
    :param float timeout: seconds for the whole call
    :raise Refused: when the address may not be called
    :raise Failed: when there is no complete answer
    """
    parts, port = split_url(url)
    address = resolve(parts.hostname, port, allowed or Allowed())
    context = ssl.create_default_context() if parts.scheme == "https" else None
    connection = _Connection(parts.hostname, port, address, timeout, context)
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~") + (
        "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~?") if parts.query else ""
    )
    more = {"Accept-Encoding": "identity", "Connection": "close", **(headers or {})}
    try:
        with connection.limited(timeout):
            connection.request(method, path, body, more)
            answer = _read(connection.getresponse())
            if connection.is_late:
                # headers that were cut off look as if they were complete
                raise Failed("timeout")
            return answer
    except Failed:
        if connection.is_late:
            raise Failed("timeout") from None
        raise
    except ssl.SSLError as error:
        raise Failed("timeout" if connection.is_late else "tls", str(error)) from error
    except TimeoutError as error:
        raise Failed("timeout") from error
    except ConnectionRefusedError as error:
        raise Failed("refused") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        kind = "timeout" if connection.is_late else "broken"
        raise Failed(kind, type(error).__name__) from error


def _read(response):
    data = response.read(ANSWER_LIMIT + 1)
    if len(data) <= ANSWER_LIMIT and response.length:
        raise Failed("broken")
    headers = {name.lower(): value for name, value in response.getheaders()}
    text = data[:ANSWER_LIMIT].decode("utf-8", "replace").replace("\0", "")
    return Answer(response.status, headers, text)
