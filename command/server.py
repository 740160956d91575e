"""``run``, ``stop`` and ``status``: the populated suite on a port."""

import csv
import json
import os
import secrets
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from command import (
    addons,
    cluster,
    databases,
    environment,
    locks,
    odoo,
    paths,
    process,
    serving,
    system,
    templates,
    ui,
)
from command.errors import CommandError

DEFAULT_PORT = 8069
DEFAULT_DATABASE = "crm"
LOGINS = Path("crm_base") / "demo" / "logins.tsv"


@dataclass(frozen=True)
class Running:
    """A server that this clone has started."""

    processes: list[list[Any]]  # number and start of each, Odoo first
    port: int
    database: str
    log: str
    demo: bool

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        return f"http://localhost:{self.port}"

    def alive(self) -> list[int]:
        """Which of its processes still run."""
        return [
            pid for pid, begin in self.processes if process.start_time(pid) == begin
        ]


@dataclass
class Wish:
    """What the user asked of ``run``."""

    database: str
    port: int | None = None
    interface: str = "127.0.0.1"
    names: tuple[str, ...] = ()
    lang: str = "zh_CN"
    demo: bool = True
    detach: bool = False
    workers: int = 0


def _record() -> Path:
    return paths.state_dir() / "server.json"


def _lock_file() -> Path:
    return paths.state_dir() / "server.lock"


def running() -> Running | None:
    """The server of this clone, if it is alive."""
    if not locks.is_held(_lock_file()) or not _record().exists():
        return None
    try:
        found = Running(**json.loads(_record().read_text()))
    except (ValueError, TypeError):
        return None
    return found if found.alive() else None


def run(wish: Wish) -> int:
    """Set everything up, serve, and wait for the end (or return if detached)."""
    already = running()
    if already:
        return _tell_already(already, wish)
    system.require_all()
    environment.for_running()
    with databases.connected("main") as (store, users):
        with locks.lock(paths.state_dir() / "prepare.lock", "preparing a database"):
            password = prepare(store, wish)
        server = locks.open_lock(_lock_file())
        if not locks.try_lock(server):
            raise CommandError(
                "another ./crm run is starting in this clone",
                "wait for it, or run ./crm stop",
            )
        port, port_lock = serving.choose_port(wish.port, DEFAULT_PORT, wish.interface)
        keep = [number for number in (users, server, port_lock) if number is not None]
        with ui.step("Starting Odoo") as step:
            service = serving.start(
                store,
                wish.database,
                port=port,
                interface=wish.interface,
                workers=wish.workers,
                detached=wish.detach,
                keep=keep,
                step=step,
                on_start=lambda started: _write_record(started, wish, port),
            )
        os.close(server)
        os.close(port_lock)
        found = _write_record(service, wish, port)
        _tell(found, wish, password)
        if wish.detach:
            return 0
        try:
            code = _watch(service.children[0], service.log)
        finally:
            service.stop()
            paths.remove(_record())
        if code:
            raise CommandError(
                f"the server ended by itself (exit code {code})",
                f"its log is {found.log}",
            )
    return 0


def stop() -> bool:
    """Stop the server of this clone, and its database server.

    :return: whether there was one
    """
    found = running()
    held = locks.is_held(_lock_file())
    if held:
        alive = found.alive() if found else []
        # One that was killed while starting a server left no record of it.
        process.end_groups(alive or locks.holders(_lock_file()), 20.0)
        limit = time.monotonic() + 5.0
        while locks.is_held(_lock_file()) and time.monotonic() < limit:
            time.sleep(0.1)
    paths.remove(_record())
    for name in ("main", "test"):
        if (paths.state_dir() / "postgres" / name).is_dir():
            databases_server = cluster.Cluster(name)
            if databases_server.is_running():
                databases_server.stop_if_unused()
    return held


def reset(name: str) -> None:
    """Throw the demonstration away and make it anew.

    :raises CommandError: when the database is not a demonstration, or is served
    """
    found = running()
    if found and found.database == name:
        raise CommandError(f"{name} is being served", "run ./crm stop first")
    lock = locks.lock(paths.state_dir() / "prepare.lock", "preparing a database")
    with databases.opened("main") as store, lock:
        memory = store.memory(name)
        if store.exists(name) and not memory.get("demo"):
            raise CommandError(
                f"{name} is not a demonstration made by ./crm; it is left alone",
                "choose another database with --db",
            )
        store.drop(name)
        prepare(store, Wish(name, lang=memory.get("lang", "zh_CN")))


def prepare(store: databases.Databases, wish: Wish) -> str:
    """Make or update the database to serve.

    :return: the administrator's password if it has just been made up
    :raises CommandError: when the database is not one of ours, or of another kind
    """
    names = wish.names or tuple(
        name for name, addon in addons.ours().items() if not addon.is_for_tests
    )
    recipe = templates.Recipe(names, demo=wish.demo, lang=wish.lang)
    maker = templates.Templates(store)
    memory = store.memory(wish.database)
    if not memory and store.exists(wish.database):
        raise CommandError(
            f"the database {wish.database} was not made by ./crm",
            "choose another name with --db",
        )
    if memory and bool(memory.get("demo")) != wish.demo:
        has, wants = ("with", "without") if memory.get("demo") else ("without", "with")
        raise CommandError(
            f"the database {wish.database} was made {has} demonstration data",
            f"use --db OTHER for one {wants} it"
            + (", or leave out --no-demo" if not wish.demo else ", or add --no-demo"),
        )
    if memory:
        update(maker, wish.database, recipe, memory)
        return ""
    slot = f"run:{'demo' if wish.demo else 'empty'}:{wish.lang}:{','.join(names)}"
    template = maker.need(recipe, slot)
    with ui.step(f"Making the database {wish.database}"):
        facts = _facts(recipe)
        if wish.demo:
            store.copy(template, wish.database, **facts)
            return ""
        password = secrets.token_urlsafe(12)
        work = f"{wish.database}.building"
        store.drop(work)
        store.copy(template, work, kind="building")
        maker.shell(
            work,
            f"env.ref('base.user_admin').password = {password!r}\nenv.cr.commit()",
        )
        store.remember(work, **facts)
        store.rename(work, wish.database)
    return password


def update(
    maker: templates.Templates,
    database: str,
    recipe: templates.Recipe,
    memory: dict[str, Any],
) -> None:
    """Bring a database up to date with the addons as they are now."""
    known: dict[str, str] = memory.get("digests", {})
    wanted = recipe.digests()
    new = [name for name in wanted if name not in known]
    changed = [name for name in wanted if known.get(name, wanted[name]) != wanted[name]]
    if memory.get("versions") != _versions():
        changed = ["base"]
    if not new and not changed:
        return
    title = "Updating " + ", ".join([*changed, *new])
    with ui.step(f"{title} in {database}") as step:
        for names, is_update in ((changed, True), (new, False)):
            if names:
                maker.install(
                    database, names, step, log=f"update-{database}", update=is_update
                )
        maker.store.remember(database, **_facts(recipe, known))


def _facts(
    recipe: templates.Recipe, known: dict[str, str] | None = None
) -> dict[str, Any]:
    return {
        "kind": "run",
        "demo": recipe.demo,
        "lang": recipe.lang,
        "digests": {**(known or {}), **recipe.digests()},
        "versions": _versions(),
    }


def _versions() -> str:
    return f"{odoo.need().version}/{environment.lock_digest()}"


def _watch(child: subprocess.Popen[Any], log: Path) -> int:
    """Show warnings and errors of the log until the server ends."""
    with open(log, encoding="utf-8", errors="replace") as lines:
        lines.seek(0, os.SEEK_END)
        show = False
        while True:
            line = lines.readline()
            if line:
                parts = line.split(" ", 4)
                if len(parts) == 5 and parts[2].isdigit():
                    show = parts[3] in ("WARNING", "ERROR", "CRITICAL")
                if show:
                    ui.note(line.rstrip())
            elif child.poll() is not None:
                return child.returncode
            else:
                time.sleep(0.3)


def _write_record(service: serving.Service, wish: Wish, port: int) -> Running:
    found = Running(
        processes=[[one.pid, process.start_time(one.pid)] for one in service.children],
        port=port,
        database=wish.database,
        log=str(service.log),
        demo=wish.demo,
    )
    work = _record().with_suffix(".new")
    work.write_text(json.dumps(asdict(found)))
    work.replace(_record())
    return found


def logins() -> list[tuple[str, str, str]]:
    """Log-ins of the demonstration: login, password, name and role in Chinese."""
    for base in paths.addons_folders():
        path = base / LOGINS
        if path.exists():
            with path.open(encoding="utf-8", newline="") as table:
                return [
                    (row["login"], row["password"], f"{row['name']}，{row['role_zh']}")
                    for row in csv.DictReader(table, delimiter="\t")
                ]
    return []


def _tell(found: Running, wish: Wish, password: str) -> None:
    ui.say()
    ui.say(f"  {found.url}")
    ui.say()
    if password:
        ui.say(f"  administrator   admin / {password}   (shown only now)")
    elif found.demo:
        rows = logins()
        if not any(row[0] == "admin" for row in rows):
            rows.insert(0, ("admin", "admin", "系统管理员"))
        width = max(len(row[0]) for row in rows)
        for login, secret, role in rows:
            ui.say(f"  {login:<{width}}  {secret:<10}  {role}")
    ui.say()
    ui.say(f"  database {found.database}, log {found.log}")
    ui.say("  stop it with: ./crm stop" if wish.detach else "  stop it with Ctrl-C")


def _tell_already(found: Running, wish: Wish) -> int:
    if found.database != wish.database or (wish.port or found.port) != found.port:
        raise CommandError(
            f"this clone already serves {found.database} on {found.url}",
            "run ./crm stop first, or set CRM_STATE_DIR for a second one",
        )
    ui.note("The server of this clone is already running.")
    _tell(found, Wish(found.database, detach=True), "")
    return 0
