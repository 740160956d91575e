"""The smallest reverse proxy that can stand before an Odoo with workers."""

import contextlib
import re
import socket
import threading


class Proxy:
    """Sends ``/websocket`` to the bus and everything else to the workers.

    :param http_port: where the workers listen
    :param gevent_port: where the live bus listens
    """

    def __init__(self, http_port: int, gevent_port: int) -> None:
        self._http_port = http_port
        self._gevent_port = gevent_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                threading.Thread(
                    target=self._serve, args=(client,), daemon=True
                ).start()

    def _serve(self, client: socket.socket) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            data = client.recv(65536)
            if not data:
                client.close()
                return
            head += data
        is_bus = head.split(b" ", 2)[1].startswith(b"/websocket")
        if not is_bus:  # one request a connection keeps the proxy this small
            head = re.sub(rb"(?i)\r\nconnection:[^\r]*", b"", head, count=1)
            head = head.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
        port = self._gevent_port if is_bus else self._http_port
        server = socket.create_connection(("127.0.0.1", port))
        server.sendall(head)
        threading.Thread(target=_pump, args=(client, server), daemon=True).start()
        _pump(server, client)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
