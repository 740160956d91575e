import socket
from ipaddress import ip_address
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from ..tools import guarded_http
from . import server


@tagged("post_install", "-at_install")
class TestGuardedHttp(BaseCase):
    """Where calls may go, and for how long."""

    def test_public(self):
        """Only addresses of the open internet are public. Covers: B21."""
        inside = (
            "127.0.0.1 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1"
            " 0.0.0.0 224.0.0.1 255.255.255.255 ::1 :: fe80::1 fc00::1 ff02::1"
            " ::ffff:10.0.0.1 64:ff9b::a00:1 2002:a00:1::1"
        )
        for text in inside.split():
            self.assertFalse(guarded_http.is_public(ip_address(text)), text)
        for text in "8.8.8.8 2606:4700::1111 64:ff9b::808:808".split():
            self.assertTrue(guarded_http.is_public(ip_address(text)), text)

    def test_name_is_resolved_once(self):
        """A name that turns inside after the check leads nowhere. Covers: B21."""
        asked = []
        resolve = socket.getaddrinfo

        def rebinding(host, port, *args, **kwargs):
            if host != "rebind.test":
                return resolve(host, port, *args, **kwargs)
            asked.append(host)
            # outside when it is checked, inside ever after
            address = "192.0.2.1" if len(asked) > 1 else "203.0.113.7"
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

        connected = []

        def connect(address, *args):
            connected.append(address)
            raise ConnectionRefusedError

        allowed = guarded_http.Allowed("203.0.113.0/24")
        with (
            patch("socket.getaddrinfo", rebinding),
            patch("socket.create_connection", connect),
            self.assertRaises(guarded_http.Failed),
        ):
            guarded_http.call("http://rebind.test/", allowed=allowed)
        self.assertEqual(asked, ["rebind.test"])
        self.assertEqual(connected, [("203.0.113.7", 80)])

    def test_one_bad_address_is_enough(self):
        """A name with an address inside among others is refused. Covers: B21."""
        found = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80))
            for address in ("8.8.8.8", "10.0.0.1")
        ]
        with (
            patch("socket.getaddrinfo", return_value=found),
            self.assertRaises(guarded_http.Refused),
        ):
            guarded_http.call("http://mixed.test/")

    def test_allowed(self):
        """Networks, addresses and names can be opened. Covers: B21."""
        local = server.LocalServer()
        self.addCleanup(local.stop)
        for text in ("127.0.0.0/8", "::1 127.0.0.1", "x,localhost"):
            host = "localhost" if "localhost" in text else "127.0.0.1"
            with patch(
                "socket.getaddrinfo",
                side_effect=lambda _host, port, *_args, **_kwargs: [
                    (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))
                ],
            ):
                answer = guarded_http.call(
                    local.url(host=host), allowed=guarded_http.Allowed(text)
                )
            self.assertEqual(answer.status, 200)

    def test_wait(self):
        """Waits that a receiver asks for are understood and limited. Covers: B21."""
        for value, expected in (
            ("120", 120),
            ("999999999", guarded_http.LONGEST_WAIT),
            ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
            ("-5", 0),
            ("soon", 0),
            ("", 0),
        ):
            answer = guarded_http.Answer(429, {"retry-after": value}, "")
            self.assertEqual(answer.wait, expected, value)
