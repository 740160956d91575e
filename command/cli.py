"""The command line: what can be asked, and who answers."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence

from command import process, ui
from command.errors import CommandError, Interrupted

Action = Callable[[argparse.Namespace], int]

# Subcommands whose arguments all belong to another program.
_PASSING = ("odoo", "psql", "shell")


def parser() -> argparse.ArgumentParser:
    """The whole command line, with its help."""
    top = argparse.ArgumentParser(
        prog="crm",
        description="The CRM suite: set it up, serve it, test it, look after it.",
        epilog="State is kept in .run/ (CRM_STATE_DIR), downloads in"
        " ~/.cache/crm-suite (CRM_CACHE_DIR).",
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    run = _add(commands, "run", _run, "set everything up and serve the suite")
    run.add_argument("--db", metavar="NAME", help="database (default: crm)")
    run.add_argument("--port", metavar="N", type=int, help="port (default: 8069)")
    run.add_argument(
        "--interface",
        metavar="ADDRESS",
        default="127.0.0.1",
        help="address to listen on (default: this machine only)",
    )
    run.add_argument(
        "--addons", metavar="A,B", default="", help="addons to install (default: all)"
    )
    run.add_argument(
        "--lang", metavar="L", default="zh_CN", help="language (default: zh_CN)"
    )
    run.add_argument(
        "--no-demo", action="store_true", help="without demonstration data"
    )
    run.add_argument(
        "--workers",
        metavar="N",
        type=int,
        default=0,
        help="N processes behind nginx, as in production (default: one process)",
    )
    run.add_argument("--detach", action="store_true", help="come back when it is ready")

    test = _add(commands, "test", _test, "set everything up and pass the tests")
    test.add_argument("paths", nargs="*", metavar="PATH", help="what to test")
    test.add_argument("--jobs", metavar="N", type=int, help="suites at a time")

    for name, text in (
        ("odoo", "Odoo's own command line in this environment"),
        ("psql", "PostgreSQL's client on this clone's databases"),
        ("shell", "Odoo's Python shell on a database"),
    ):
        _add(commands, name, _pass_on, text)

    bench = _add(commands, "bench", _bench, "measure, against the budgets")
    bench.add_argument("name", nargs="?", help="which benchmark (default: all)")
    bench.add_argument("--rows", metavar="N", type=int, help="size of the data")
    bench.add_argument("--json", action="store_true", help="print JSON")

    backup = _add(commands, "backup", _backup, "write a database to one archive")
    backup.add_argument("file", nargs="?", help="archive (default: in .run/backup)")
    restore = _add(commands, "restore", _restore, "make a database out of an archive")
    restore.add_argument("file", help="an archive of ./crm backup")
    restore.add_argument("--force", action="store_true", help="replace what is there")
    restore.add_argument("--key", metavar="FILE", help="secret key of the archive")
    restore.add_argument(
        "--passphrase-file", metavar="FILE", help="passphrase of the archive"
    )
    for one, verb in ((backup, "read"), (restore, "make")):
        one.add_argument("--db", metavar="NAME", help=f"database to {verb}")
        one.add_argument(
            "--data-dir",
            metavar="FOLDER",
            help="Odoo's data_dir, for a server that ./crm does not run",
        )

    reset = _add(commands, "demo-reset", _demo_reset, "make the demonstration anew")
    reset.add_argument("--db", metavar="NAME", help="database (default: crm)")

    _add(commands, "prepare", _prepare, "get what a server needs, and start none")
    _add(commands, "doctor", _doctor, "what is used, and what deviates")
    lint = _add(commands, "lint", _lint, "check the style of everything")
    lint.add_argument(
        "checks", nargs="*", metavar="CHECK", help="which checks (default: all)"
    )
    _add(commands, "status", _status, "what is running")
    _add(commands, "stop", _stop, "stop what run --detach has started")
    return top


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    action: Action,
    text: str,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text)
    command.set_defaults(action=action)
    return command


def main(words: Sequence[str]) -> int:
    """Do what the words say; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    os.umask(os.umask(0o022) | 0o022)
    with process.signals():
        try:
            return _dispatch(list(words))
        except CommandError as error:
            ui.error(error.problem, error.remedy)
            return error.code
        except Interrupted as interrupted:
            ui.note("")
            return 128 + interrupted.signum
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 128 + signal.SIGPIPE
        finally:
            process.end_all()


def _dispatch(words: list[str]) -> int:
    if words and words[0] in _PASSING and words[1:2] not in (["-h"], ["--help"]):
        return _pass_on(argparse.Namespace(command=words[0], words=words[1:]))
    arguments, rest = words, []
    if "--" in words:
        cut = words.index("--")
        arguments, rest = words[:cut], words[cut + 1 :]
    options = parser().parse_args(arguments)
    options.rest = rest
    return options.action(options)


def _run(options: argparse.Namespace) -> int:
    from command import server

    return server.run(
        server.Wish(
            database=_database(options),
            port=options.port,
            interface=options.interface,
            names=tuple(part for part in options.addons.split(",") if part),
            lang=options.lang,
            demo=not options.no_demo,
            detach=options.detach,
            workers=options.workers,
        )
    )


def _test(options: argparse.Namespace) -> int:
    from command import testing

    return testing.run(options.paths, options.rest, jobs=options.jobs)


def _bench(options: argparse.Namespace) -> int:
    from command import bench

    words = [*options.rest]
    if options.rows is not None:
        words += ["--rows", str(options.rows)]
    if options.json:
        words.append("--json")
    return bench.run(options.name, words)


def _backup(options: argparse.Namespace) -> int:
    from pathlib import Path

    from command import backup, databases

    with databases.opened("main") as store:
        if options.data_dir:
            store.data_dir = Path(options.data_dir).resolve()
        target = Path(options.file).absolute() if options.file else None
        done = backup.backup(store, _database(options), target)
    ui.say(f"{done}  ({done.stat().st_size / 2**20:.1f} MB)")
    return 0


def _restore(options: argparse.Namespace) -> int:
    from pathlib import Path

    from command import backup, databases

    with databases.opened("main") as store:
        if options.data_dir:
            store.data_dir = Path(options.data_dir).resolve()
        name = _database(options)
        secret = options.passphrase_file
        backup.restore(
            store,
            Path(options.file).absolute(),
            name,
            force=options.force,
            key=Path(options.key).absolute() if options.key else None,
            passphrase=Path(secret).absolute() if secret else None,
        )
    ui.say(f"{name} is ready: ./crm run --db {name}")
    return 0


def _demo_reset(options: argparse.Namespace) -> int:
    from command import server

    server.reset(_database(options))
    ui.say("the demonstration is as new: ./crm run")
    return 0


def _prepare(options: argparse.Namespace) -> int:
    from command import environment, paths, system

    system.require(*system.TO_RUN, system.PSQL)
    environment.for_running()
    (paths.cache_dir() / paths.PREPARED).touch()
    ui.say("ready: what a server needs is here")
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from command import doctor

    return doctor.run()


def _lint(options: argparse.Namespace) -> int:
    from command import lint

    return lint.run(options.checks)


def _database(options: argparse.Namespace) -> str:
    from command import databases, server

    name = options.db or os.environ.get("PGDATABASE") or server.DEFAULT_DATABASE
    return databases.check_name(name)


def _pass_on(options: argparse.Namespace) -> int:
    from command import passing

    return passing.run(options.command, getattr(options, "words", ["--help"]))


def _status(options: argparse.Namespace) -> int:
    from command import server

    found = server.running()
    if not found:
        ui.say("nothing is running")
        return 3
    pids = ", ".join(map(str, found.alive()))
    ui.say(f"{found.url}  database {found.database}, process {pids}")
    ui.say(f"log {found.log}")
    return 0


def _stop(options: argparse.Namespace) -> int:
    from command import server

    ui.say("stopped" if server.stop() else "nothing was running")
    return 0
