"""Production's files agree with each other, the command and their programs."""

import re
import subprocess

import house
import production
import pytest
from production import COMPOSE, IMAGE, NGINX, substituted

from command import cli, paths, system

# The keys of the compose specification that are in use here, with their types.
SERVICE_KEYS = {
    "build": dict,
    "cap_add": list,
    "cap_drop": list,
    "command": list,
    "depends_on": dict,
    "environment": dict,
    "expose": list,
    "healthcheck": dict,
    "image": str,
    "init": bool,
    "logging": dict,
    "networks": list,
    "ports": list,
    "profiles": list,
    "read_only": bool,
    "restart": str,
    "secrets": list,
    "security_opt": list,
    "shm_size": str,
    "stop_grace_period": str,
    "tmpfs": list,
    "user": str,
    "volumes": list,
}
HEALTH_KEYS = {"interval", "retries", "start_period", "test", "timeout"}
TOP_KEYS = {"name", "networks", "secrets", "services", "volumes"}
DURATION = re.compile(r"(\d+h)?(\d+m)?(\d+s)?")


@pytest.fixture(scope="module")
def compose():
    """The compose file with its anchors resolved."""
    return production.compose()


@pytest.fixture(scope="module")
def services(compose):
    """The services of the compose file."""
    return compose["services"]


def test_schema(compose):
    """The file has the keys and types of the compose specification. Covers: X03."""
    extensions = {key for key in compose if key.startswith("x-")}
    assert set(compose) - extensions == TOP_KEYS
    for name, service in compose["services"].items():
        unknown = set(service) - set(SERVICE_KEYS)
        assert not unknown, f"{name}: {unknown}"
        for key, value in service.items():
            assert isinstance(value, SERVICE_KEYS[key]), f"{name}.{key}"
        for value in service.get("environment", {}).values():
            assert isinstance(value, str), f"{name}: {value} is no text"
        for text in [*service.get("command", []), *service.get("ports", [])]:
            assert isinstance(text, str) and substituted(text)
        health = service.get("healthcheck", {})
        assert set(health) <= HEALTH_KEYS
        spans = [health[key] for key in ("interval", "timeout") if key in health]
        for span in [*spans, service.get("stop_grace_period", "1s")]:
            assert DURATION.fullmatch(span), f"{name}: {span}"
        for state in service.get("depends_on", {}).values():
            assert set(state) == {"condition"}
            assert state["condition"] in ("service_healthy", "service_started")


def test_names(compose):
    """Networks, volumes, secrets and services that are named exist. Covers: X03."""
    for name, service in compose["services"].items():
        for network in service.get("networks", []):
            assert network in compose["networks"], f"{name}: {network}"
        for other in service.get("depends_on", {}):
            assert other in compose["services"], f"{name}: {other}"
        for secret in service.get("secrets", []):
            assert secret in compose["secrets"], f"{name}: {secret}"
        for volume in service.get("volumes", []):
            source = substituted(volume).split(":")[0]
            if source.startswith("./"):
                is_written = source == "./backup"
                assert is_written or (house.ROOT / source).exists(), source
            else:
                assert source in compose["volumes"], f"{name}: {source}"
    used = {
        secret
        for service in compose["services"].values()
        for secret in service.get("secrets", [])
    }
    assert used == set(compose["secrets"]), "a secret that nobody uses"


def test_no_password_in_the_files(compose):
    """Secrets are files outside of the repository; none has a default. Covers: X03."""
    for name, secret in compose["secrets"].items():
        assert secret == {"file": f"./config/secrets/{name}"}
    ignored = (house.ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "/config/secrets/" in ignored
    for service in compose["services"].values():
        for key, value in service.get("environment", {}).items():
            if "PASSWORD" in key:
                assert key.endswith("_FILE") and value.startswith("/run/secrets/")
    literal = re.compile(r"(?im)^\s*[\w-]*passw(?:or)?d\w*[ \t]*[=:][ \t]*([\w\"'].*)$")
    for path in [COMPOSE, *IMAGE.iterdir(), *paths.ODOO_CONFIG.iterdir()]:
        for value in literal.findall(path.read_text(encoding="utf-8")):
            assert re.search(r"/run/secrets/|\.read_text\(", value), (path.name, value)


def test_hardened(services):
    """Containers are read-only, without rights, without root. Covers: X03."""
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in service["security_opt"], name
        assert service["restart"] in ("unless-stopped", "no"), name
        assert service["logging"]["options"]["max-size"], name
        is_daemon = "profiles" not in service
        assert bool(service.get("healthcheck")) == is_daemon, name
        assert (service["restart"] == "unless-stopped") == is_daemon, name
        if "build" in service:
            uid = re.search(r"^USER (\S+)$", dockerfile(), re.M)[1]
            assert service["user"] == uid and not uid.startswith("0"), name
    # postgres takes the rights to become its own user, and no others
    added = {
        name: service["cap_add"]
        for name, service in services.items()
        if "cap_add" in service
    }
    assert set(added) == {"db"} and "SYS_ADMIN" not in added["db"]


def test_the_database_is_not_reachable_from_outside(compose, services):
    """The database publishes no port and lives on an internal network. Covers: X03."""
    assert services["db"]["networks"] == ["back"]
    assert compose["networks"]["back"] == {"internal": True}
    published = {name for name, service in services.items() if "ports" in service}
    assert published == {"proxy"}
    assert "back" not in services["proxy"]["networks"]


def test_images(services):
    """PostgreSQL 17, and no image without a version. Covers: X03."""
    assert services["db"]["image"] == "postgres:17"
    for name, service in services.items():
        tag = substituted(service["image"]).rpartition(":")[2]
        assert re.match(r"\d+", tag), f"{name}: {tag}"


def test_commands(services):
    """Each command of the suite is one that ./crm or its scripts know. Covers: X03."""
    ours = {name: service for name, service in services.items() if "build" in service}
    assert set(ours) == {"odoo", "setup", "backup"}
    for name, service in ours.items():
        program, *words = [substituted(word) for word in service["command"]]
        path = house.ROOT / program
        assert path.is_file() and path.stat().st_mode & 0o100, f"{name}: {program}"
        if program == "./crm":
            if words[0] in ("odoo", "psql", "shell"):
                assert words[0] == "odoo" and words[1] == "server"
                continue
            options = cli.parser().parse_args(words)
            assert options.command == words[0], name
    check = services["odoo"]["healthcheck"]["test"]
    assert check[0] == "CMD" and (house.ROOT / check[1]).is_file()


def test_server_options(services):
    """The server's options fit the image, the volumes and the proxy. Covers: X03."""
    service = services["odoo"]
    words = [substituted(word) for word in service["command"]]
    options = dict(word[2:].split("=", 1) for word in words if word.startswith("--"))
    inside = "/opt/crm-suite/"
    for key in ("config", "addons-path"):
        assert options[key].startswith(inside)
        assert (house.ROOT / options[key].removeprefix(inside)).exists()
    mounts = [volume.split(":")[1] for volume in service["volumes"]]
    assert options["data-dir"] in mounts
    assert options["database"] == service["environment"]["PGDATABASE"]
    assert options["db-filter"] == f"^{options['database']}$"
    assert int(options["workers"]) > 0
    conf = (paths.ODOO_CONFIG / "odoo.prod.conf").read_text(encoding="utf-8")
    ports = {
        key: re.search(rf"^{key} = (\d+)$", conf, re.M)[1]
        for key in ("http_port", "gevent_port")
    }
    assert service["expose"] == list(ports.values())
    assert re.search(r"^proxy_mode = True$", conf, re.M)
    assert re.search(r"^list_db = False$", conf, re.M)
    text = NGINX.read_text(encoding="utf-8")
    assert f"set $pages odoo:{ports['http_port']};" in text
    assert f"set $bus odoo:{ports['gevent_port']};" in text
    health = " ".join(service["healthcheck"]["test"])
    assert f"{ports['http_port']}/web/health" in health
    assert f"{ports['gevent_port']}/websocket/health" in health


def dockerfile():
    """The instructions of the image, without comments, one per line."""
    text = (IMAGE / "Dockerfile").read_text(encoding="utf-8")
    text = re.sub(r"^#.*\n", "", text, flags=re.M)
    return re.sub(r"\\\n\s*", "", text)


def test_dockerfile():
    """The image: known instructions, no root, sources that exist. Covers: X03."""
    known = "ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM RUN USER WORKDIR".split()
    lines = [line for line in dockerfile().splitlines() if line.strip()]
    for line in lines:
        assert line.split()[0] in known, line
        if "apt-get install" in line:
            assert "apt-get update &&" in line, "the lists may be old"
            assert "--no-install-recommends" in line
            assert "rm -rf /var/lib/apt/lists/*" in line
        assert "sudo" not in line.split()
        assert not re.search(r"curl|wget|\|\s*(ba)?sh\b|:latest", line), line
    names = [line.split()[0] for line in lines]
    assert names[:2] == ["ARG", "FROM"]
    users = [number for number, name in enumerate(names) if name == "USER"]
    assert (
        users and "RUN" not in names[users[-1] :] and "COPY" not in names[users[-1] :]
    )
    assert lines[users[-1]].split()[1] not in ("root", "0", "0:0")
    allowed = (house.ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line.startswith("COPY"):
            for source in line.split()[1:-1]:
                assert (house.ROOT / source).exists(), line
                assert f"!{source}" in allowed, f".dockerignore leaves out {source}"
        if line.startswith(("ENTRYPOINT", "CMD")):
            assert re.fullmatch(r'\w+ \["[^"]+"(, "[^"]+")*\]', line), "exec form"
    assert "./crm prepare" in dockerfile()


@pytest.mark.parametrize("name", ["entrypoint", "setup"])
def test_scripts(name):
    """Scripts of the image stop at the first error and are POSIX shell."""
    text = (IMAGE / name).read_text(encoding="utf-8")
    assert text.startswith("#!/bin/sh\n") and "\nset -eu\n" in text
    subprocess.run(["sh", "-n", IMAGE / name], check=True)
    assert not re.search(r"\[\[|\blocal\b|\bfunction\b|<<<|\bsource\b", text)


def test_entrypoint(tmp_path):
    """The password goes from its file to a file of libpq, and nowhere else."""
    secret = tmp_path / "secret"
    secret.write_text("a:b\\c d\n")
    variables = {
        "PATH": "/usr/bin:/bin",
        "CRM_DB_PASSWORD_FILE": str(secret),
        "CRM_RUNTIME_DIR": str(tmp_path),
        "PGHOST": "db",
    }
    run = [IMAGE / "entrypoint", "sh", "-c", 'cat "$PGPASSFILE"; env; echo "$@"']
    done = subprocess.run(
        run, env=variables, capture_output=True, text=True, check=True
    )
    first, *rest = done.stdout.splitlines()
    assert first == "db:5432:*:odoo:a\\:b\\\\c d"
    assert not [line for line in rest if "a:b" in line or "c d" in line]
    assert (tmp_path / "pgpass").stat().st_mode & 0o777 == 0o600
    secret.write_text("")
    refused = subprocess.run(run, env=variables, capture_output=True, text=True)
    assert refused.returncode == 1 and "missing, empty" in refused.stderr


def test_proxy_rules():
    """The proxy: the bus has its route, uploads a limit, answers their headers."""
    text = NGINX.read_text(encoding="utf-8")
    for header in (
        "Strict-Transport-Security",
        "X-Content-Type-Options nosniff",
        "X-Frame-Options SAMEORIGIN",
        "Referrer-Policy",
        'Permissions-Policy "geolocation=(self)',
    ):
        assert f"add_header {header}" in text
    # a location with a header of its own would lose all of the server's
    for block in re.findall(r"location [^{]*\{([^}]*)\}", text):
        assert "add_header" not in block
        assert "proxy_set_header" not in block
    assert re.search(r"location /websocket \{\s+proxy_pass http://\$bus;", text)
    assert re.search(r"location \^~ /web/database \{\s+return 404;", text)
    assert "client_max_body_size 128m;" in text
    assert "server_tokens off;" in text
    writes = re.findall(r"^\s*(?:pid|\w+_temp_path) (\S+);", text, re.M)
    assert len(writes) == 6 and all(path.startswith("/tmp/") for path in writes)


def test_nginx_accepts_the_configuration(tmp_path):
    """nginx itself finds nothing wrong with the shipped file. Covers: X03."""
    for need in system.PROXY:
        house.require(need.present(), need.name)
    nginx = system.nginx()
    text = production.adapted_nginx(nginx, tmp_path)
    conf = tmp_path / "nginx.conf"
    conf.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [nginx, "-t", "-c", conf, "-p", tmp_path, "-e", "stderr"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr and "[error]" not in done.stderr, done.stderr
