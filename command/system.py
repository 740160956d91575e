"""Packages of the distribution: which are missing, and getting them installed."""

import functools
import glob
import importlib.util
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from command import process, ui, versions
from command.errors import CommandError

BROWSERS = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser")
_CLUSTER_DROP_IN = "/etc/postgresql-common/createcluster.d/crm-suite.conf"


@dataclass(frozen=True)
class Need:
    """Something that only the distribution can provide.

    :param name: what it is, for messages
    :param packages: names of the package, the first that exists is taken
    :param present: tells whether the machine has it
    """

    name: str
    packages: tuple[str, ...]
    present: Callable[[], bool]

    def package(self) -> str:
        """The package to name to a person, even where the lists are not there."""
        return _choose([self]).get(self.name, self.packages[0])


def release() -> dict[str, str]:
    """The distribution, as /etc/os-release tells it."""
    values = {}
    for path in ("/etc/os-release", "/usr/lib/os-release"):
        if os.path.exists(path):
            for line in Path(path).read_text(encoding="utf-8").splitlines():
                key, mark, value = line.partition("=")
                if mark:
                    values[key] = value.strip().strip("\"'")
            break
    return values


def codename() -> str:
    """Short name of the release (bookworm, jammy), for names of folders."""
    values = release()
    return values.get("VERSION_CODENAME") or values.get("ID", "linux")


@functools.cache
def _libraries() -> str:
    ldconfig = shutil.which("ldconfig") or "/sbin/ldconfig"
    if not os.path.exists(ldconfig):
        return ""
    return process.run([ldconfig, "-p"], check=False).stdout


def has_library(soname: str) -> bool:
    """Whether the dynamic linker knows this library."""
    return f"{soname} " in _libraries()


def postgresql_bin() -> Path | None:
    """The folder of the newest PostgreSQL server programs, if any."""
    found = [
        Path(path).parent for path in glob.glob("/usr/lib/postgresql/*/bin/initdb")
    ]
    found.sort(key=lambda path: int(re.sub(r"\D", "", path.parent.name) or 0))
    if found:
        return found[-1]
    initdb = shutil.which("initdb")
    if initdb and shutil.which("postgres") and shutil.which("pg_ctl"):
        return Path(initdb).resolve().parent
    return None


def browser() -> str | None:
    """Path of a Chrome or Chromium, if any."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def nginx() -> str:
    """Path of nginx, which is often out of a user's PATH; "" without it."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin") or ""


def node_version() -> str:
    """Version of the installed Node, "" without it or without npm."""
    if not shutil.which("node") or not shutil.which("npm"):
        return ""
    shown = process.run(["node", "--version"], check=False).stdout
    found = re.search(r"v(\d[\d.]*)", shown)
    return found.group(1) if found else ""


def has_node() -> bool:
    """Whether Node is there, with npm, and new enough."""
    return int(node_version().split(".")[0] or 0) >= versions.NODE_MINIMUM


def has_chinese_font() -> bool:
    """Whether documents can show Chinese."""
    patterns = ("*CJK*", "*wqy*", "*SourceHan*", "*uming*", "*ukai*")
    roots = ("/usr/share/fonts", "/usr/local/share/fonts")
    return any(
        next(Path(root).rglob(pattern), None)
        for root in roots
        if os.path.isdir(root)
        for pattern in patterns
    )


def _venv_package() -> tuple[str, ...]:
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if os.path.realpath("/usr/bin/python3") == os.path.realpath(sys.executable):
        return ("python3-venv", version)
    return (version, "python3-venv")


VENV = Need(
    "Python's venv module",
    _venv_package(),
    lambda: bool(importlib.util.find_spec("ensurepip")),
)
POSTGRESQL = Need(
    "the PostgreSQL server", ("postgresql",), lambda: postgresql_bin() is not None
)
PSQL = Need(
    "the PostgreSQL client",
    ("postgresql-client",),
    lambda: bool(shutil.which("psql") or postgresql_bin()),
)
APT = Need("dpkg-deb", ("dpkg",), lambda: bool(shutil.which("dpkg-deb")))
PANGO = (
    Need(
        "Pango (PDF documents)",
        ("libpango-1.0-0",),
        lambda: has_library("libpango-1.0.so.0"),
    ),
    Need(
        "PangoFT2 (PDF documents)",
        ("libpangoft2-1.0-0",),
        lambda: has_library("libpangoft2-1.0.so.0"),
    ),
    Need(
        "HarfBuzz subsetting (PDF documents)",
        ("libharfbuzz-subset0", "libharfbuzz0b"),
        lambda: has_library("libharfbuzz-subset.so.0"),
    ),
)
CHINESE_FONT = Need("a Chinese font", ("fonts-noto-cjk",), has_chinese_font)
MAGIC = Need(
    "libmagic",
    ("libmagic1", "libmagic1t64"),
    lambda: has_library("libmagic.so.1"),
)
CAIRO = Need(
    "Cairo (pictures of barcodes)",
    ("libcairo2",),
    lambda: sys.version_info < (3, 13) or has_library("libcairo.so.2"),
)
BROWSER = Need(
    "Chromium (browser tests)",
    ("chromium",),
    lambda: browser() is not None,
)
NODE = Need(
    f"Node.js {versions.NODE_MINIMUM} or newer with npm (examples of the API)",
    ("npm",),
    has_node,
)
CURL = Need("curl (examples of the API)", ("curl",), lambda: bool(shutil.which("curl")))
NGINX = Need("nginx", ("nginx-light", "nginx"), lambda: bool(nginx()))
OPENSSL = Need(
    "openssl (certificates of tests)",
    ("openssl",),
    lambda: bool(shutil.which("openssl")),
)
JQ = Need("jq (examples of the API)", ("jq",), lambda: bool(shutil.which("jq")))
CERTIFICATES = Need(
    "certificate authorities",
    ("ca-certificates",),
    lambda: (
        os.path.exists("/etc/ssl/certs/ca-certificates.crt")
        or "SSL_CERT_FILE" in os.environ
    ),
)
TO_INSTALL = (VENV, CERTIFICATES)
EXAMPLES = (NODE, CURL, JQ)
PROXY = (NGINX, OPENSSL)
TO_RUN = (*PANGO, CAIRO, MAGIC, CHINESE_FONT)


def require_all(*more: Need) -> None:
    """Everything that setting up and serving needs, asked for at once."""
    given = os.environ.get("PGHOST") or os.environ.get("PGSERVICE")
    require(*TO_RUN, *TO_INSTALL, PSQL if given else POSTGRESQL, *more)


def require(*needs: Need) -> None:
    """Make sure that the machine has all of these, installing what it lacks.

    :raises CommandError: when something is missing and cannot be installed
    """
    missing = [need for need in needs if not need.present()]
    if not missing:
        return
    names = ", ".join(need.name for need in missing)
    prefix = _root_prefix()
    if not shutil.which("apt-get"):
        raise CommandError(
            f"this machine lacks {names}",
            "install it with the package manager of this system",
        )
    if prefix is None:
        words = " ".join(need.package() for need in missing)
        raise CommandError(
            f"this machine lacks {names}",
            "run as root:  apt-get update && "
            f"apt-get install -y --no-install-recommends {words}",
        )
    with ui.step(f"Installing packages of the distribution: {names}") as step:
        _install(prefix, missing, step)
    _libraries.cache_clear()
    importlib.invalidate_caches()
    still = [need for need in missing if not need.present()]
    if still:
        raise CommandError(
            "still missing after the installation: "
            + ", ".join(need.name for need in still),
            "install it by hand and try again",
        )


def _root_prefix() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and process.run([sudo, "-n", "true"], check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def _install(prefix: list[str], missing: list[Need], step: ui.Step) -> None:
    packages = _choose(missing)
    if len(packages) < len(missing):
        process.run(
            [*prefix, "apt-get", "-q", "update"],
            what="apt-get update",
            remedy="check the network and the apt sources of this machine",
            on_line=step.progress,
        )
        packages = _choose(missing)
    unknown = [need.name for need in missing if need.name not in packages]
    if unknown:
        raise CommandError(
            f"no package of this distribution provides {', '.join(unknown)}",
            "add the main (and universe) component to the apt sources",
        )
    command = [
        *prefix,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-q",
        "-y",
        "-o",
        "DPkg::Lock::Timeout=600",
        "--no-install-recommends",
        "install",
        *sorted(set(packages.values())),
    ]
    drop_in = POSTGRESQL in missing and not os.path.exists(_CLUSTER_DROP_IN)
    try:
        if drop_in:
            _no_system_cluster(prefix)
        if process.run(command, check=False, on_line=step.progress).returncode:
            process.run(
                [*prefix, "apt-get", "-q", "update"],
                check=False,
                on_line=step.progress,
            )
            process.run(
                command,
                what="apt-get install",
                remedy="check the network and the apt sources of this machine",
                on_line=step.progress,
            )
    finally:
        if drop_in:
            process.run([*prefix, "rm", "-f", _CLUSTER_DROP_IN], check=False)


def _choose(missing: list[Need]) -> dict[str, str]:
    """For each need, the first of its packages that the apt lists offer."""
    chosen = {}
    for need in missing:
        for package in need.packages:
            shown = process.run(["apt-cache", "policy", package], check=False).stdout
            candidate = re.search(r"^  Candidate: (\S+)", shown, re.M)
            if candidate and candidate.group(1) != "(none)":
                chosen[need.name] = package
                break
    return chosen


def _no_system_cluster(prefix: list[str]) -> None:
    """Keep the package from making and starting a cluster that nobody asked for.

    The file is read by the package's scripts only, and removed right after.
    """
    folder = os.path.dirname(_CLUSTER_DROP_IN)
    process.run([*prefix, "mkdir", "-p", folder])
    with tempfile.NamedTemporaryFile("w", prefix="crm-", suffix=".conf") as text:
        text.write("create_main_cluster = false\n")
        text.flush()
        process.run(
            [*prefix, "install", "-m", "644", text.name, _CLUSTER_DROP_IN],
            what="writing " + _CLUSTER_DROP_IN,
        )
