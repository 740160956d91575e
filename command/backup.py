"""``backup`` and ``restore``: a database and its files in one archive.

The archive is a tar file: ``dump.pgc`` (PostgreSQL's custom format), the
attachments below ``filestore/``, and at its end ``manifest.json`` with the
checksum of everything before it. An archive without it was cut short.
"""

import contextlib
import datetime
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from command import addons, odoo, paths, process, ui
from command.databases import Databases, check_name, quoted
from command.errors import CommandError

_FORMAT = 1
_DUMP, _FILES, _MANIFEST = "dump.pgc", "filestore", "manifest.json"


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
            members = {_DUMP: dump}
            members |= {f"{_FILES}/{key}": files[key] for key in sorted(files)}
            facts = _facts(store, name, missing)
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(descriptor, "wb") as sink:
                _write(sink, members, facts, step)
                sink.flush()
                os.fsync(sink.fileno())
            partial.rename(target)
    finally:
        paths.remove(work)
        partial.unlink(missing_ok=True)
    return target


def restore(store: Databases, source: Path, name: str, *, force: bool = False) -> None:
    """Make a database out of an archive. It appears only when it is complete.

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
            facts = _extract(source, work, step)
            store.drop(building)
            store.server.sql(
                f"CREATE DATABASE {quoted(building)} TEMPLATE template0"
                " ENCODING 'UTF8' LC_COLLATE 'C'"
            )
            step.progress("loading the tables")
            _load(store, building, work)
            if (work / _FILES).exists():
                paths.remove(store.filestore(building))
                store.filestore(building).parent.mkdir(parents=True, exist_ok=True)
                (work / _FILES).rename(store.filestore(building))
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
    files = _link_files(store.filestore(name), work / "before")
    with _exported(store, name) as (snapshot, wanted):
        files |= _link_files(store.filestore(name), work / "after")
        step.progress("writing the tables")
        process.run(
            [
                store.server.program("pg_dump"),
                "--format=custom",
                "--no-owner",
                "--no-acl",
                f"--snapshot={snapshot}",
                f"--file={work / _DUMP}",
                name,
            ],
            env=store.server.environment(),
            what="pg_dump",
        )
    return work / _DUMP, files, wanted


def _link_files(source: Path, target: Path) -> dict[str, Path]:
    """Keep the attachments that are there now, even if Odoo removes them soon."""
    found = {}
    for path in source.rglob("*") if source.exists() else ():
        inner = path.relative_to(source)
        if inner.parts[0] == "checklist" or not path.is_file():
            continue
        kept = target / inner
        kept.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, kept)
        except FileNotFoundError:
            continue
        except OSError:
            shutil.copy2(path, kept)
        found[str(inner)] = kept
    return found


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
        "format": _FORMAT,
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


class _Summing(io.RawIOBase):
    """Reads a file and sums it up on the way."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self.file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.digest.update(data)
        return data


def _write(
    sink: IO[bytes], members: dict[str, Path], facts: dict[str, Any], step: ui.Step
) -> None:
    sums = {}
    with tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for number, (key, path) in enumerate(members.items(), 1):
            step.progress(f"file {number} of {len(members)}")
            entry = tarfile.TarInfo(key)
            with open(path, "rb") as file:
                entry.size = os.fstat(file.fileno()).st_size
                summing = _Summing(file)
                archive.addfile(entry, summing)  # type: ignore[arg-type]
            sums[key] = summing.digest.hexdigest()
        text = json.dumps({**facts, "sha256": sums}, indent=1).encode()
        entry = tarfile.TarInfo(_MANIFEST)
        entry.size = len(text)
        archive.addfile(entry, io.BytesIO(text))


# -- reading ----------------------------------------------------------------


def _extract(source: Path, work: Path, step: ui.Step) -> dict[str, Any]:
    """Unpack an archive and compare every file with the manifest."""
    sums: dict[str, str] = {}
    facts: dict[str, Any] = {}
    try:
        with tarfile.open(source, mode="r|*") as archive:
            for entry in archive:
                step.progress(entry.name)
                file = archive.extractfile(entry)
                if not file or not _is_safe(entry.name):
                    raise CommandError(
                        f"{source} is not an archive of ./crm backup",
                        "it holds an unexpected member: " + entry.name,
                    )
                if entry.name == _MANIFEST:
                    facts = json.loads(file.read())
                    continue
                target = work / entry.name
                target.parent.mkdir(parents=True, exist_ok=True)
                summing = _Summing(file)
                with open(target, "wb") as copy:
                    shutil.copyfileobj(summing, copy, 2**20)
                sums[entry.name] = summing.digest.hexdigest()
    except (tarfile.TarError, EOFError, ValueError, OSError) as error:
        raise CommandError(
            f"{source} cannot be read: {error}", "use another backup"
        ) from None
    if not facts:
        raise CommandError(
            f"{source} is incomplete: its manifest is missing", "use another backup"
        )
    if facts.get("format") != _FORMAT:
        raise CommandError(
            f"{source} was made by another version of ./crm", "restore it with that one"
        )
    wrong = sorted(
        key
        for key in sums.keys() | facts["sha256"].keys()
        if sums.get(key) != facts["sha256"].get(key)
    )
    if wrong:
        raise CommandError(
            f"{source} is damaged: {wrong[0]} differs from its checksum",
            "use another backup",
        )
    return facts


def _is_safe(name: str) -> bool:
    pattern = rf"{re.escape(_DUMP)}|{_MANIFEST}|{_FILES}/[\w.-]+(/[\w.-]+)*"
    return bool(re.fullmatch(pattern, name)) and ".." not in name.split("/")


def _load(store: Databases, database: str, work: Path) -> None:
    """Load the dump, but for comments on extensions, which are not ours."""
    program = store.server.program("pg_restore")
    listed = process.run(
        [program, "--list", work / _DUMP],
        env=store.server.environment(),
        what="pg_restore",
        remedy="the dump may come from a newer PostgreSQL than this one",
    ).stdout
    kept = [line for line in listed.splitlines() if " COMMENT - EXTENSION " not in line]
    (work / "list").write_text("\n".join(kept) + "\n")
    process.run(
        [
            program,
            "--no-owner",
            "--no-acl",
            "--exit-on-error",
            "--jobs=2",
            f"--use-list={work / 'list'}",
            f"--dbname={database}",
            work / _DUMP,
        ],
        env=store.server.environment(),
        what="pg_restore",
        remedy="the dump may come from a newer PostgreSQL than this one",
    )
