"""``doctor``: what is used, where it comes from, and what deviates."""

import importlib.metadata
import os
import platform
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from command import (
    addons,
    cluster,
    debian,
    environment,
    odoo,
    paths,
    postgres,
    process,
    server,
    system,
    ui,
    versions,
)
from command.errors import CommandError

OK, WARNING, BAD = "ok", "warning", "MISSING"


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    :param verdict: ``ok``, ``warning`` (works, but was not tested) or ``MISSING``
    :param remedy: what to do about it, when it is not ``ok``
    """

    topic: str
    value: str
    verdict: str = OK
    remedy: str = ""


def run() -> int:
    """Print the report; return 1 when something that is needed is missing."""
    findings = []
    for part in _parts():
        try:
            findings += list(part())
        except CommandError as error:
            findings.append(
                Finding(part.__name__[1:], error.problem, BAD, error.remedy)
            )
    width = max(len(finding.topic) for finding in findings)
    for finding in findings:
        ui.say(f"{finding.verdict:<8} {finding.topic:<{width}}  {finding.value}")
        if finding.remedy:
            ui.say(f"{'':<8} {'':<{width}}  -> {finding.remedy}")
    bad = sum(finding.verdict == BAD for finding in findings)
    odd = sum(finding.verdict == WARNING for finding in findings)
    ui.say(f"{bad} missing, {odd} deviating from what was tested")
    return 1 if bad else 0


def _parts() -> tuple[Callable[[], Iterator[Finding]], ...]:
    return (
        _machine,
        _odoo,
        _python,
        _postgresql,
        _documents,
        _browser,
        _examples,
        _room,
    )


def _machine() -> Iterator[Finding]:
    release = system.release()
    name = release.get("PRETTY_NAME", platform.system())
    known = release.get("ID") in ("debian", "ubuntu") or "debian" in release.get(
        "ID_LIKE", ""
    )
    yield Finding(
        "system",
        f"{name}, {platform.machine()}, {os.cpu_count()} cores",
        OK if known else WARNING,
        "" if known else "the suite is tested on Debian 12",
    )
    yield Finding("user", f"{os.geteuid()}{' (root)' if os.geteuid() == 0 else ''}")
    yield Finding("repository", str(paths.REPOSITORY))
    yield Finding("state", _size(paths.state_dir()))
    yield Finding("cache", _size(paths.cache_dir()))


def _size(folder: Path) -> str:
    free = shutil.disk_usage(folder).free / 2**30
    done = process.run(["du", "-sm", folder], check=False).stdout.split()
    used = done[0] if done else "?"
    return f"{folder} ({used} MB used, {free:.0f} GB free)"


def _odoo() -> Iterator[Finding]:
    found = odoo.locate(fetch=False)
    if not found:
        yield Finding("Odoo", "not fetched yet", BAD, "run: ./crm run")
        return
    yield Finding(
        "Odoo",
        f"{found.version}, {found.origin}, {found.folder}",
        OK if found.is_tested else WARNING,
        "" if found.is_tested else f"tested with {versions.ODOO_VERSION}; ./crm test",
    )
    broken = debian.dangling_links(found.folder)
    yield Finding(
        "Odoo's links",
        f"{broken[0]} and {len(broken) - 1} more lead nowhere" if broken else "whole",
        BAD if broken else OK,
        _remedy_for_links(found) if broken else "",
    )
    awesome = _font_awesome(found.folder)
    fits = awesome.startswith(versions.FONT_AWESOME)
    yield Finding(
        "Font Awesome",
        awesome or "not found",
        OK if fits else WARNING,
        "" if fits else f"Odoo's icons are made for {versions.FONT_AWESOME}",
    )
    for name, version in sorted(debian.manifest(found.folder).items()):
        if name != versions.ODOO_PACKAGE:
            yield Finding(f"  {name}", version)


def _remedy_for_links(found: odoo.Odoo) -> str:
    if found.folder.is_relative_to(paths.cache_dir()):
        return f"remove {found.folder.parents[3]} and run ./crm run"
    return "install the fonts-* and libjs-* packages that this Odoo links to"


def _font_awesome(folder: Path) -> str:
    for base in (folder / "odoo" / "addons", folder / "addons"):
        sources = base / "web" / "static" / "src" / "libs" / "fontawesome"
        for path in sorted(sources.rglob("font-awesome*.css")):
            text = path.read_text(encoding="utf-8", errors="replace")
            found = re.search(r"Font Awesome ([\d.]+)", text)
            if found:
                return found.group(1)
    return ""


def _python() -> Iterator[Finding]:
    here = platform.python_version_tuple()
    fits = (
        versions.PYTHON_MINIMUM
        <= (int(here[0]), int(here[1]))
        <= versions.PYTHON_MAXIMUM
    )
    yield Finding("Python", platform.python_version(), OK if fits else WARNING)
    made = environment.built_for_running()
    if not made:
        yield Finding("Python environment", "not built yet", BAD, "run: ./crm run")
        return
    yield Finding("Python environment", str(made.folder))
    locked = environment.locked_versions()
    have = {
        re.sub(r"[-_.]+", "-", one.metadata["Name"]).lower(): one.version
        for one in importlib.metadata.distributions(path=[str(made.site_packages)])
    }
    wrong = {
        name: have.get(name, "absent")
        for name, version in locked.items()
        if have.get(name) != version
    }
    yield Finding(
        "locked packages",
        f"{len(locked)} as locked"
        if not wrong
        else ", ".join(f"{key} is {value}" for key, value in wrong.items()),
        BAD if wrong else OK,
        f"remove {made.folder} and run ./crm run" if wrong else "",
    )
    for name, version in sorted(locked.items()):
        if name.startswith("odoo-addon-") or name == "weasyprint":
            yield Finding(f"  {name}", version)


def _postgresql() -> Iterator[Finding]:
    chosen = cluster.chosen("main")
    if isinstance(chosen, postgres.Given):
        with chosen.in_use():
            shown = chosen.sql("SHOW server_version")[0][0]
        yield Finding("PostgreSQL", f"{shown}, given by the environment")
    else:
        folder = system.postgresql_bin()
        if not folder:
            yield Finding(
                "PostgreSQL",
                "no server",
                BAD,
                "run as root: apt-get install postgresql",
            )
            return
        shown = process.run([folder / "postgres", "--version"]).stdout.split()[2]
        yield Finding("PostgreSQL", f"{shown}, {folder}")
        for name in ("main", "test"):
            own = cluster.Cluster(name)
            if own.folder:
                state = "running" if own.is_running() else "stopped"
                yield Finding(f"  cluster {name}", f"{state}, {_size(own.folder)}")
    major = int(re.sub(r"\D.*", "", shown) or 0)
    if major < versions.POSTGRESQL_MINIMUM:
        yield Finding("PostgreSQL", shown, BAD, "Odoo 19 needs version 13 or newer")


def _documents() -> Iterator[Finding]:
    for need in system.TO_RUN:
        there = need.present()
        yield Finding(
            need.name,
            "there" if there else "missing",
            OK if there else BAD,
            "" if there else f"run as root: apt-get install {need.package()}",
        )


def _browser() -> Iterator[Finding]:
    found = system.browser()
    if not found:
        yield Finding(
            "browser (tests only)",
            "none",
            WARNING,
            "./crm test installs it, or run as root: apt-get install chromium",
        )
        return
    shown = process.run([found, "--version"], check=False).stdout.strip()
    yield Finding("browser (tests only)", f"{shown.splitlines()[-1]}, {found}")


def _examples() -> Iterator[Finding]:
    is_there = system.has_node()
    yield Finding(
        "Node (tests only)",
        system.node_version() or "none",
        OK if is_there else WARNING,
        "" if is_there else f"./crm test installs {system.NODE.name}",
    )


def _room() -> Iterator[Finding]:
    yield Finding("addons", ", ".join(sorted(addons.ours())) or "none")
    found = server.running()
    if found:
        yield Finding("server", f"{found.url}, database {found.database}")
        return
    with socket.socket() as probe:
        taken = probe.connect_ex(("127.0.0.1", server.DEFAULT_PORT)) == 0
    yield Finding(
        "server",
        f"not running; port {server.DEFAULT_PORT} is {'taken' if taken else 'free'}",
        WARNING if taken else OK,
        "./crm run takes the next free port" if taken else "",
    )
    nginx = system.NGINX.present()
    yield Finding(
        "nginx (only for --workers)", "there" if nginx else "not installed, not needed"
    )
