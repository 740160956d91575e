"""The live bus reaches a browser: with one process, and with workers."""

import json
import time
import urllib.request

import pytest
import websocket

from command import serving

from .proxy import Proxy

SEND = (
    "env.ref('base.user_admin').partner_id._bus_send('crm.test', {'text': %r})\n"
    "env.cr.commit()\n"
)


@pytest.fixture(scope="module")
def database(lab):
    """Odoo alone."""
    return lab.database([])


def log_in(port: int, database: str) -> str:
    """Log in as the administrator and return the session's cookie."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/web/session/authenticate",
        json.dumps(
            {"params": {"db": database, "login": "admin", "password": "admin"}}
        ).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert json.load(answer)["result"]["uid"] == 2
        cookie = answer.headers["Set-Cookie"]
    return cookie.split(";")[0]


def receives(lab, port: int, database: str, text: str) -> bool:
    """Whether a notification sent by another process arrives on this port."""
    cookie = log_in(port, database)
    socket = websocket.create_connection(
        f"ws://127.0.0.1:{port}/websocket",
        cookie=cookie,
        origin=f"http://127.0.0.1:{port}",
        timeout=30,
    )
    try:
        subscription = {"channels": [], "last": 0}
        socket.send(json.dumps({"event_name": "subscribe", "data": subscription}))
        time.sleep(1)
        lab.shell(database, SEND % text)
        limit = time.monotonic() + 30
        while time.monotonic() < limit:
            for note in json.loads(socket.recv()):
                if note["message"]["payload"] == {"text": text}:
                    return note["message"]["type"] == "crm.test"
    finally:
        socket.close()
    return False


def test_one_process(lab, database):
    """``./crm run``: pages and the bus on one port, without a proxy."""
    port = serving.free_port()
    service = lab.serve(database, port=port)
    assert receives(lab, port, database, "一个进程")
    service.stop()


def test_workers_behind_a_proxy(lab, database):
    """Production: workers and the bus are two ports behind one."""
    http_port, gevent_port = serving.free_port(), serving.free_port()
    service = lab.serve(
        database,
        workers=2,
        proxy=False,
        port=http_port,
        gevent_port=gevent_port,
        proxy_mode=True,
    )
    limit = time.monotonic() + 60
    health = f"http://127.0.0.1:{gevent_port}/websocket/health"
    while True:
        try:
            with urllib.request.urlopen(health, timeout=10) as answer:
                assert answer.status == 200
                break
        except OSError:
            assert time.monotonic() < limit, service.log.read_text()
            time.sleep(0.2)
    proxy = Proxy(http_port, gevent_port)
    try:
        assert receives(lab, proxy.port, database, "多个进程")
    finally:
        proxy.close()
    assert "Traceback" not in service.log.read_text()
    service.stop()


def test_workers_behind_nginx(lab, database):
    """``./crm run --workers 2``: the same with the configuration that is shipped."""
    port = serving.free_port()
    service = lab.serve(database, workers=2, port=port)
    assert receives(lab, port, database, "反向代理")
    service.stop()
