"""``backup`` and ``restore``: a database and its files in one archive.

What an archive is stands in the addon crm_backup, which makes the same ones in the web
client, encrypted if asked.
"""

import contextlib
import datetime
import importlib.util
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import IO, Any

from command import addons, environment, odoo, paths, process, ui
from command.databases import Databases, check_name, quoted
from command.errors import CommandError

_TOOLS = paths.REPOSITORY / "addons" / "crm_backup" / "tools"
# what a file encrypted by age begins with
_ENCRYPTED = b"age-encryption.org/"


def _shared(name: str) -> ModuleType:
    """A module of the addon, without the addon: it needs Odoo, this module does not."""
    spec = importlib.util.spec_from_file_location(f"crm_{name}", _TOOLS / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


archive = _shared("archive")


def backup(store: Databases, name: str, target: Path | None) -> Path:
    """Write a consistent copy of a database and its files to one archive.

    :param target: the file to write; by default one in the state folder
    :raises CommandError: when there is no such database, or files are missing
    """
    if not store.exists(name):
        raise CommandError(
            f"there is no database {name}", "see: ./crm psql -l  (and use --db)"
        )
    if not target:
        now = datetime.datetime.now().strftime("%Y%m%d-%H%M%S")
        target = paths.state_dir() / "backup" / f"{name}-{now}.tar"
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    work = _work_folder(store, "backup")
    try:
        with ui.step(f"Backing up {name}") as step:
            dump, files, wanted = _snapshot(store, name, work, step)
            missing = sorted(wanted - files.keys())
            if missing:
                ui.warn(
                    f"{len(missing)} attachments of {name} were already missing on"
                    f" disk, such as {missing[0]}"
                )
            facts = _facts(store, name, missing)
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(descriptor, "wb") as sink:
                archive.write(sink, dump, files, facts, step.progress)
                sink.flush()
                os.fsync(sink.fileno())
            partial.rename(target)
    finally:
        paths.remove(work)
        partial.unlink(missing_ok=True)
    return target


def restore(
    store: Databases,
    source: Path,
    name: str,
    *,
    force: bool = False,
    key: Path | None = None,
    passphrase: Path | None = None,
) -> None:
    """Make a database out of an archive. It appears only when it is complete.

    :param key: file with the secret key, for an archive encrypted for it
    :param passphrase: file with the passphrase, for an archive encrypted with one
    :raises CommandError: when the archive is damaged or the database exists
    """
    check_name(name)
    if store.exists(name) and not force:
        raise CommandError(
            f"the database {name} exists already",
            "choose another name with --db, or replace it with --force",
        )
    if not source.is_file():
        raise CommandError(
            f"there is no file {source}", "name an archive of ./crm backup"
        )
    paths.need_free_space(store.data_dir, 200 + 2 * source.stat().st_size // 2**20)
    work = _work_folder(store, "restore")
    building = f"{name}.building"
    try:
        with ui.step(f"Restoring {name}") as step:
            with _clear(source, key, passphrase) as file:
                facts = _extract(file, source, work, step)
            store.drop(building)
            store.server.sql(
                f"CREATE DATABASE {quoted(building)} TEMPLATE template0"
                " ENCODING 'UTF8' LC_COLLATE 'C'"
            )
            step.progress("loading the tables")
            _load(store, building, work)
            if (work / archive.FILES).exists():
                paths.remove(store.filestore(building))
                store.filestore(building).parent.mkdir(parents=True, exist_ok=True)
                (work / archive.FILES).rename(store.filestore(building))
            store.remember(building, **{**facts.get("memory", {}), "kind": "run"})
            if force:
                store.drop(name)
            store.rename(building, name)
    except CommandError:
        store.drop(building)
        raise
    finally:
        paths.remove(work)


# -- writing ----------------------------------------------------------------


def _work_folder(store: Databases, purpose: str) -> Path:
    # Beside the attachments, so that they can be linked instead of copied.
    work = store.data_dir / f"{purpose}.{os.getpid()}"
    paths.remove(work)
    work.mkdir(parents=True)
    return work


def _snapshot(
    store: Databases, name: str, work: Path, step: ui.Step
) -> tuple[Path, dict[str, Path], set[str]]:
    """The dump, the files on disk and the files wanted, all of one moment."""
    files = archive.link_files(store.filestore(name), work / "before")
    with _exported(store, name) as (snapshot, wanted):
        files |= archive.link_files(store.filestore(name), work / "after")
        step.progress("writing the tables")
        process.run(
            [
                store.server.program("pg_dump"),
                "--format=custom",
                "--no-owner",
                "--no-acl",
                f"--snapshot={snapshot}",
                f"--file={work / archive.DUMP}",
                name,
            ],
            env=store.server.environment(),
            what="pg_dump",
        )
    return work / archive.DUMP, files, wanted


@contextlib.contextmanager
def _exported(store: Databases, name: str) -> Iterator[tuple[str, set[str]]]:
    """A snapshot that stays open, and the attachments it refers to."""
    child = process.start(
        [store.server.program("psql"), "-XqAt", "-vON_ERROR_STOP=1", "-d", name],
        env=store.server.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        bufsize=1,
    )
    assert child.stdin and child.stdout
    try:
        child.stdin.write(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\n"
            "SELECT pg_export_snapshot();\n"
            "SELECT DISTINCT store_fname FROM ir_attachment"
            " WHERE store_fname IS NOT NULL;\n"
            "\\echo crm-end\n"
        )
        child.stdin.flush()
        lines = []
        for line in child.stdout:
            if line.strip() == "crm-end":
                break
            lines.append(line.strip())
        else:
            raise CommandError(
                f"reading {name} failed: {' '.join(lines)}",
                "is it a database of Odoo?",
            )
        yield lines[0], set(lines[1:])
    finally:
        process.end(child, 2.0)


def _facts(store: Databases, name: str, missing: list[str]) -> dict[str, Any]:
    installed = store.server.sql(
        "SELECT name, latest_version FROM ir_module_module WHERE state = 'installed'"
        " ORDER BY name",
        name,
    )
    return {
        "database": name,
        "made_at": datetime.datetime.now(datetime.timezone.utc).isoformat(),
        "odoo": odoo.need().version,
        "postgresql": store.server.sql("SHOW server_version")[0][0],
        "modules": dict(row[:2] for row in installed),
        "addons": {
            key: addon.manifest.get("version", "")
            for key, addon in addons.ours().items()
        },
        "memory": store.memory(name),
        "missing": missing,
    }


# -- reading ----------------------------------------------------------------


def _extract(
    file: IO[bytes], source: Path, work: Path, step: ui.Step
) -> dict[str, Any]:
    """Unpack an archive and compare every file with the manifest."""
    try:
        facts: dict[str, Any] = archive.read(
            file, lambda name: work / name, step.progress
        )
    except archive.ArchiveError as error:
        raise CommandError(
            f"{source} is not an archive that can be used: {error}",
            "use another backup",
        ) from None
    return facts


@contextlib.contextmanager
def _clear(
    source: Path, key: Path | None, passphrase: Path | None
) -> Iterator[IO[bytes]]:
    """The archive as a file to read from, decrypted on the way if need be."""
    with open(source, "rb") as file:
        is_encrypted = file.read(len(_ENCRYPTED)) == _ENCRYPTED
    with open(source, "rb") as file:
        if not is_encrypted:
            yield file
            return
        if not key and not passphrase:
            raise CommandError(
                f"{source} is encrypted",
                "name its key with --key FILE, or its passphrase with"
                " --passphrase-file FILE",
            )
        option = "--key" if key else "--passphrase-file"
        child = process.start(
            [
                str(environment.for_running().python),
                str(_TOOLS / "age.py"),
                option,
                str(key or passphrase),
            ],
            env=process.clean_environment(),
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert child.stdout and child.stderr
        try:
            yield child.stdout
            # what follows the end of a tar file is padding
            while child.stdout.read(2**20):
                pass
        except CommandError:
            child.stdout.close()
            if said := child.stderr.read().decode(errors="replace").strip():
                raise CommandError(
                    f"{source} cannot be decrypted: {said}",
                    "use the key or passphrase that it was encrypted with",
                ) from None
            raise
        finally:
            process.end(child, 2.0)


def _load(store: Databases, database: str, work: Path) -> None:
    """Load the dump, but for comments on extensions, which are not ours."""
    program = store.server.program("pg_restore")
    listed = process.run(
        [program, "--list", work / archive.DUMP],
        env=store.server.environment(),
        what="pg_restore",
        remedy="the dump may come from a newer PostgreSQL than this one",
    ).stdout
    (work / "list").write_text(archive.loadable(listed))
    process.run(
        [
            program,
            "--no-owner",
            "--no-acl",
            "--exit-on-error",
            "--jobs=2",
            f"--use-list={work / 'list'}",
            f"--dbname={database}",
            work / archive.DUMP,
        ],
        env=store.server.environment(),
        what="pg_restore",
        remedy="the dump may come from a newer PostgreSQL than this one",
    )
