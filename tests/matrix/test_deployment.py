"""Production as docker-compose.yml says it, against a real Odoo and PostgreSQL.

No container engine is needed: the commands of the compose file and the scripts of the
image run as they are, with folders of this machine in place of volumes.
"""

import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request

import production
import pytest
import websocket

from command import addons, environment, paths, process, results, serving, system

PASSWORD = "correct-horse-battery"
PATIENCE = 180.0


@pytest.fixture(scope="module")
def stage(lab, tmp_path_factory):
    """A deployment that ``setup`` has just made: its database, folders, variables."""
    made = Stage(lab, tmp_path_factory.mktemp("deployment"))
    made.setup()
    yield made
    made.close()


class Stage:
    """The variables and folders that the containers of the suite have."""

    def __init__(self, lab, folder):
        self.lab = lab
        self.folder = folder
        self.data = folder / "data"
        self.data.mkdir()
        self.name = f"crm-lab-{paths.state_hash()[:4]}-deployment"
        secret = folder / "admin_password"
        secret.write_text(PASSWORD + "\n")
        self.variables = lab.store.server.environment(
            PGDATABASE=self.name,
            ODOO_DATA_DIR=str(self.data),
            CRM_ADMIN_PASSWORD_FILE=str(secret),
            CRM_STATE_DIR=str(folder / "state"),
            CRM_CACHE_DIR=str(paths.cache_dir()),
        )
        self.drop()

    def run(self, *words, check=True):
        """Run a command as a container would; return what it printed."""
        done = subprocess.run(
            words, env=self.variables, capture_output=True, text=True, timeout=1200
        )
        output = done.stdout + done.stderr
        assert not check or done.returncode == 0, output[-4000:]
        return output

    def setup(self):
        """Run what the container ``setup`` runs; nothing in its log may complain."""
        output = self.run(*production.command("setup", self.data))
        log = self.folder / "setup.log"
        log.write_text(output)
        assert results.complaints(log) == []
        assert " ERROR " not in output, output[-4000:]
        return output

    def drop(self):
        """Remove the databases."""
        for name in (self.name, f"{self.name}.building", f"{self.name}-restored"):
            self.lab.store.drop(name)

    def close(self):
        """Remove everything."""
        self.drop()
        shutil.rmtree(self.folder)


class Server:
    """The container ``odoo`` with ports of this machine."""

    def __init__(self, stage):
        self.stage = stage
        self.pages, self.bus = serving.free_port(), serving.free_port()
        self.log = stage.folder / "odoo.log"
        words = production.command("odoo", stage.data)
        words = [word for word in words if not word.startswith("--database")]
        with open(self.log, "wb") as sink:
            self.child = subprocess.Popen(
                [
                    *(word for word in words if not word.startswith("--db-filter")),
                    f"--database={stage.name}",
                    f"--db-filter=^{stage.name}$",
                    f"--http-port={self.pages}",
                    f"--gevent-port={self.bus}",
                ],
                env=stage.variables,
                stdout=sink,
                stderr=sink,
                start_new_session=True,
            )

    def wait(self):
        """Wait until the health check of the compose file is content."""
        places = [f"{self.pages}/web/health", f"{self.bus}/websocket/health"]
        limit = time.monotonic() + PATIENCE
        while True:
            check = [production.IMAGE / "healthy", *places]
            done = subprocess.run(check, capture_output=True, text=True)
            if done.returncode == 0:
                return
            ended = self.child.poll()
            assert ended is None, self.log.read_text()[-4000:]
            assert time.monotonic() < limit, done.stderr + self.log.read_text()[-4000:]
            time.sleep(1.0)

    def stop(self):
        """Stop it as an engine does; return the seconds that it took."""
        started = time.monotonic()
        self.child.send_signal(signal.SIGTERM)
        try:
            self.child.wait(60.0)
        finally:
            if self.child.poll() is None:
                os.killpg(self.child.pid, signal.SIGKILL)
        return time.monotonic() - started


@pytest.fixture(scope="module")
def server(stage):
    """The server of production with its workers and the live bus."""
    made = Server(stage)
    try:
        made.wait()
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def proxy(server):
    """The shipped proxy in front of the server; its ports for HTTP and HTTPS."""
    system.require(*system.PROXY)
    nginx = system.nginx()
    folder = server.stage.folder / "proxy"
    folder.mkdir()
    plain, tls = serving.free_port(), serving.free_port()
    user = "user root;\n" if os.geteuid() == 0 else ""
    text = user + production.adapted_nginx(
        nginx,
        folder,
        plain=("listen 8080", f"listen 127.0.0.1:{plain}"),
        tls=("listen 8443", f"listen 127.0.0.1:{tls}"),
        pages=("odoo:8069", f"127.0.0.1:{server.pages}"),
        bus=("odoo:8072", f"127.0.0.1:{server.bus}"),
    )
    conf = folder / "nginx.conf"
    conf.write_text(text, encoding="utf-8")
    child = subprocess.Popen(
        process.tied(
            [nginx, "-g", "daemon off;", "-c", str(conf), "-p", str(folder)]
            + ["-e", str(folder / "error.log")]
        ),
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for_port(tls)
        yield plain, tls
    finally:
        child.terminate()
        child.wait(20.0)


def wait_for_port(port):
    """Wait until somebody listens."""
    limit = time.monotonic() + 20.0
    while time.monotonic() < limit:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(f"nobody listens on {port}")


def ask(port, method, path, body=None, headers=None):
    """Send one request over TLS; return the status, the headers and the body."""
    context = ssl._create_unverified_context()
    connection = http.client.HTTPSConnection(
        "127.0.0.1", port, timeout=60, context=context
    )
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


def authenticate(port, name, login, password):
    """Log in through the proxy; return user id (False if refused) and cookie."""
    params = {"db": name, "login": login, "password": password}
    status, headers, body = ask(
        port,
        "POST",
        "/web/session/authenticate",
        json.dumps({"jsonrpc": "2.0", "params": params}),
        {"Content-Type": "application/json"},
    )
    assert status == 200
    cookie = (headers.get("Set-Cookie") or "").split(";")[0]
    return json.loads(body).get("result", {}).get("uid", False), cookie


@pytest.mark.parametrize("kind", ["dev", "test", "prod"])
def test_odoo_knows_every_setting(lab, kind):
    """Odoo loads each configuration without a warning. Covers: X03."""
    conf = paths.ODOO_CONFIG / f"odoo.{kind}.conf"
    odoo = environment.for_running().program("odoo")
    done = subprocess.run(
        [*odoo, "server", f"--config={conf}", "--no-http", "--stop-after-init"],
        env=lab.store.server.environment(),
        capture_output=True,
        text=True,
        timeout=300,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    assert " WARNING " not in output and " ERROR " not in output, output


def test_setup(stage):
    """Setup makes a complete database without demonstration data. Covers: X03."""
    installed = set(stage.lab.installed(stage.name))
    ours = {name for name, addon in addons.ours().items() if not addon.is_for_tests}
    assert ours <= installed
    assert not stage.lab.store.exists(f"{stage.name}.building")
    assert (stage.data / "filestore" / stage.name).is_dir()
    customers = stage.lab.sql(
        stage.name, "SELECT count(*) FROM res_partner WHERE is_crm_customer"
    )
    assert customers == [["0"]]
    languages = stage.lab.sql(
        stage.name, "SELECT code FROM res_lang WHERE active ORDER BY 1"
    )
    assert {"zh_CN", "zh_TW"} <= {row[0] for row in languages}


def test_setup_refuses_a_weak_password(stage, tmp_path):
    """No secret, an empty or a short one: no database. Covers: X03."""
    name = f"{stage.name}-weak"
    secret = tmp_path / "secret"
    before = stage.variables
    stage.variables = {
        **before,
        "PGDATABASE": name,
        "CRM_ADMIN_PASSWORD_FILE": str(secret),
    }
    try:
        output = stage.run(*production.command("setup", stage.data), check=False)
        assert "is missing, empty" in output
        assert not stage.lab.store.exists(name)
    finally:
        stage.variables = before


def test_setup_again_updates(stage):
    """Setup on an existing database updates it and keeps its people. Covers: X03."""
    before = stage.lab.sql(stage.name, "SELECT password FROM res_users WHERE id = 2")
    output = stage.setup()
    assert "is up to date" in output
    after = stage.lab.sql(stage.name, "SELECT password FROM res_users WHERE id = 2")
    assert before == after


def test_health(server):
    """Pages and bus answer, each on its port, as the engine asks them. Covers: X03."""
    for port, path in (
        (server.pages, "/web/health"),
        (server.bus, "/websocket/health"),
    ):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
            assert answer.status == 200
            assert json.load(answer)["status"] == "pass"


def test_proxy(proxy, stage):
    """The proxy serves pages and bus with TLS, headers and limits. Covers: X03."""
    plain, tls = proxy
    for path in ("/web/health", "/websocket/health"):
        status, headers, _body = ask(tls, "GET", path)
        assert status == 200, path
        assert headers["Strict-Transport-Security"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
        assert "geolocation=(self)" in headers["Permissions-Policy"]
        assert "nginx/" not in headers.get("Server", "")
    assert ask(tls, "GET", "/web/database/manager")[0] == 404
    limit = 128 * 2**20
    assert (
        ask(tls, "POST", "/web/login", None, {"Content-Length": str(limit + 1)})[0]
        == 413
    )
    connection = http.client.HTTPConnection("127.0.0.1", plain, timeout=20)
    connection.request("GET", "/odoo", headers={"Host": "crm.example.com"})
    answer = connection.getresponse()
    assert answer.status == 301
    assert answer.headers["Location"] == "https://crm.example.com/odoo"
    connection.close()


def test_administrator(proxy, stage):
    """The administrator has the secret's password, and no other. Covers: X03."""
    _plain, tls = proxy
    assert authenticate(tls, stage.name, "admin", "admin")[0] is False
    uid, _cookie = authenticate(tls, stage.name, "admin", PASSWORD)
    assert uid


def test_live_bus_through_the_proxy(proxy, stage):
    """A browser's websocket reaches the process of the bus. Covers: X03."""
    _plain, tls = proxy
    _uid, cookie = authenticate(tls, stage.name, "admin", PASSWORD)
    connection = websocket.create_connection(
        f"wss://127.0.0.1:{tls}/websocket?version=",
        sslopt={"cert_reqs": ssl.CERT_NONE, "check_hostname": False},
        origin=f"https://127.0.0.1:{tls}",
        cookie=cookie,
        timeout=30,
    )
    assert connection.getstatus() == 101
    connection.close()


def test_guessing_passwords_is_slow(proxy):
    """Many passwords from one address are refused, pages are not. Covers: X03."""
    _plain, tls = proxy
    statuses = {
        ask(tls, "POST", "/web/login", "login=a&password=b")[0] for _ in range(9)
    }
    assert 429 in statuses
    assert ask(tls, "GET", "/web/login")[0] == 200


def test_backup_and_restore(stage, server):
    """The archive of a running deployment makes an equal database. Covers: X03."""
    stage.run(*production.command("backup", stage.data))
    (archive,) = (stage.folder / "state" / "backup").glob("*.tar")
    copy = f"{stage.name}-restored"
    stage.run(
        production.ROOT / "crm",
        "restore",
        "--data-dir",
        stage.data,
        "--db",
        copy,
        archive,
    )
    query = "SELECT count(*), max(write_date) FROM res_partner"
    assert stage.lab.sql(copy, query) == stage.lab.sql(stage.name, query)
    files, copied = (
        {
            path.name
            for path in (stage.data / "filestore" / name).glob("??/*")
            if path.is_file()
        }
        for name in (stage.name, copy)
    )
    assert files and files == copied


def test_server_stops(stage):
    """A server that is told to end does so at once, with its workers. Covers: X03."""
    made = Server(stage)
    try:
        made.wait()
    finally:
        seconds = made.stop()
    assert seconds < 30
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{made.pages}/web/health", timeout=5)
    log = made.log.read_text()
    assert " ERROR " not in log and " CRITICAL " not in log, log[-3000:]
