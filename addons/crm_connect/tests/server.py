"""A server of one's own for tests: it answers, or fails in every way there is."""

import json
import socket
import struct
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        seen = {
            "path": self.path,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "body": body,
        }
        with self.server.lock:
            self.server.seen.append(seen)
            answer = self.server.answers.pop(0) if self.server.answers else None
        (answer or self.server.usual)(self, seen)

    def reply(self, status=200, body=b"{}", headers=()):
        """Send a complete answer."""
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing."""


class LocalServer:
    """A server on 127.0.0.1; ``seen`` is what it got, ``answers`` what comes next."""

    def __init__(self, context=None):
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        if context:
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
            self.http.handle_error = lambda *args: None
        self.http.lock = threading.Lock()
        self.http.seen = self.seen = []
        self.http.answers = self.answers = []
        self.http.usual = ok
        self.scheme = "https" if context else "http"
        self.thread = threading.Thread(target=self.http.serve_forever, daemon=True)
        self.thread.start()

    @property
    def port(self):
        return self.http.server_address[1]

    def url(self, path="/hook", host="127.0.0.1"):
        """Return an address of this server (str)."""
        return f"{self.scheme}://{host}:{self.port}{path}"

    def always(self, answer):
        """Answer so from now on."""
        self.http.usual = answer

    def stop(self):
        self.http.shutdown()
        self.http.server_close()
        self.thread.join(5)


def ok(handler, _seen):
    handler.reply()


def status(code, body=b"", *headers):
    """An answer of this status."""
    return lambda handler, _seen: handler.reply(code, body, headers)


def says(document):
    """An answer 200 with a JSON document."""
    return status(200, json.dumps(document).encode())


def hang(seconds):
    """No answer for so long."""

    def answer(handler, _seen):
        time.sleep(seconds)
        handler.close_connection = True

    return answer


def drip(handler, _seen):
    """A header that never ends, a byte at a time."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    with suppress(OSError):
        for _index in range(100):
            handler.wfile.write(b"a")
            handler.wfile.flush()
            time.sleep(0.1)
    handler.close_connection = True


def half_way(handler, _seen):
    """A body that breaks off."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
    handler.wfile.flush()
    handler.close_connection = True


def reset(handler, _seen):
    """The connection is torn down."""
    linger = struct.pack("ii", 1, 0)
    handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    handler.connection.close()
    handler.close_connection = True


def giant(handler, _seen):
    """An answer without an end."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    with suppress(OSError):
        for _index in range(1000):
            handler.wfile.write(b"x" * 65536)
    handler.close_connection = True


def nonsense(handler, _seen):
    """What is no HTTP at all."""
    handler.wfile.write(b"SSH-2.0-OpenSSH_9.9\r\n")
    handler.wfile.flush()
    handler.close_connection = True
